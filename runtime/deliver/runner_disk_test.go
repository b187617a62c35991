package deliver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestWhatHasNoRoomInMemoryWaitsOnDisk(t *testing.T) {
	run(t, func(t *testing.T, b *bench) {
		b.bounds.inMemory, b.bounds.loaded, b.bounds.perTarget = 10, 4, 2
		const jobs = 100
		for i := range jobs / 2 {
			b.put(false, b.newJob(fmt.Sprintf("disk%02d", i), fmt.Sprintf("d%02d/x", i), 0))
		}
		b.begin()
		for i := range jobs / 2 {
			b.put(true, b.newJob(fmt.Sprintf("late%02d", i), fmt.Sprintf("e%02d/x", i), 0))
		}
		b.mu.Lock()
		held := len(b.jobs)
		b.mu.Unlock()
		if held > 10 {
			t.Errorf("%d are in memory", held)
		}
		time.Sleep(4 * time.Second) // before it looks at the disk anyway
		b.end()
		log := b.begun()
		slices.Sort(log)
		if len(log) != jobs {
			t.Errorf("%d attempts of %d jobs", len(log), jobs)
		}
		for id, j := range b.disk.jobs {
			if j.State != Completed || j.Tries != 1 {
				t.Errorf("%s is %s after %d tries", id, j.State, j.Tries)
			}
		}
	})
}

func TestASlowDestinationDoesNotHideTheRestOfTheDisk(t *testing.T) {
	run(t, func(t *testing.T, b *bench) {
		b.bounds.loaded = 4
		b.answer = func(ctx context.Context, j *Job) Attempt {
			if j.Destination == "slow" {
				return takes(time.Hour, Delivered)(ctx, j)
			}
			return Attempt{Outcome: Delivered}
		}
		for i := range 6 {
			b.put(false, b.newJob(fmt.Sprint("slow", i), fmt.Sprint("d", i, "/slow"), -1000), b.newJob(fmt.Sprint("fast", i), fmt.Sprint("d", i, "/fast"), 0))
		}
		b.begin()
		time.Sleep(4 * time.Second)
		if got := len(b.begun()); got != 12 {
			t.Errorf("%d of 12 attempts have begun: %v", got, b.begun())
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		b.Stop(ctx)
	})
}

// A look at the disk shows a job as it was before its attempt ended.
func TestAnOldRowIsNotAttemptedAgain(t *testing.T) {
	run(t, func(t *testing.T, b *bench) {
		b.answer = takes(time.Second, Delivered)
		b.begin()
		b.put(true, b.newJob("1", "a/x", 4500))
		b.disk.mu.Lock()
		b.disk.slow = func() { time.Sleep(2 * time.Second) } // the look begins at 5 s, the attempt ends at 5.5 s
		b.disk.mu.Unlock()
		time.Sleep(time.Minute)
		b.end()
		b.want("1@4500")
	})
}

func TestAWithdrawnJobIsLeftAlone(t *testing.T) {
	for name, due := range map[string]int{"in the future": 2000, "in line": 0} {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, b *bench) {
				b.bounds.perTarget = 1
				b.begin()
				b.put(true, b.newJob("first", "z/x", 0), b.newJob("j", "a/x", due), b.newJob("k", "a/x", due))
				synctest.Wait()
				if b.Withdraw("first") || !b.IsRunning("first") {
					t.Error("a job is withdrawn during its attempt")
				}
				if !b.Withdraw("j") || b.IsRunning("j") {
					t.Error("a job that waits is not withdrawn")
				}
				if !b.Withdraw("nobody") {
					t.Error("what is not in memory is not withdrawn")
				}
				cancelled := b.disk.job("j")
				cancelled.State = Cancelled
				b.put(false, &cancelled)
				time.Sleep(time.Minute)
				if got := strings.Join(b.begun(), " "); strings.Contains(got, "j@") || !strings.Contains(got, "k@") {
					t.Errorf("attempts are %s", got)
				}
				again := b.newJob("j", "a/x", 60_000)
				b.put(false, again)
				b.Reload()
				time.Sleep(100 * time.Millisecond)
				if got := b.begun(); got[len(got)-1] != "j@60000" {
					t.Errorf("after Reload attempts are %v", got)
				}
				b.end()
			})
		})
	}
}

// The turn of a job that was withdrawn must not become a second attempt at once.
func TestAWithdrawnJobGivesItsTurnToNobody(t *testing.T) {
	run(t, func(t *testing.T, b *bench) {
		b.bounds.perTarget = 2
		b.begin()
		b.put(true, b.newJob("1", "y/x", 0), b.newJob("2", "z/x", 0), b.newJob("j", "a/x", 0))
		synctest.Wait()
		b.Withdraw("j")
		b.put(true, b.newJob("k", "a/x", 0), b.newJob("l", "a/x", 0))
		time.Sleep(time.Second)
		b.end()
		if got := b.begun()[2:]; !slices.Equal(got, []string{"k@10", "l@20"}) {
			t.Errorf("attempts are %v", got)
		}
	})
}

func TestAwait(t *testing.T) {
	run(t, func(t *testing.T, b *bench) {
		b.begin()
		heard, left := b.Await("j"), b.Await("j")
		b.Forget("j", left)
		b.put(true, b.newJob("j", "a/x", 100))
		if j := <-heard; j.ID != "j" || j.State != Completed || j.Tries != 1 || time.Since(b.start) != 110*time.Millisecond {
			t.Errorf("after %v it is told of %+v", time.Since(b.start), j)
		}
		other := b.Await("never")
		b.Forget("never", other)
		b.end()
		if len(b.waiters) != 0 || len(left) != 0 {
			t.Errorf("left are %v, the one who left has %d", b.waiters, len(left))
		}
	})
}

func TestADiskThatRefusesAnAttempt(t *testing.T) {
	run(t, func(t *testing.T, b *bench) {
		var told atomic.Int64
		b.Finished = func(*Job) { told.Add(1) }
		b.begin()
		b.disk.setBroken(5)
		b.put(true, b.newJob("1", "a/x", 0), b.newJob("2", "a/x", 0))
		time.Sleep(time.Second)
		if j := b.disk.job("1"); j.State != Available || told.Load() != 0 {
			t.Errorf("it is %s and %d were told while the disk refuses", j.State, told.Load())
		}
		time.Sleep(time.Minute)
		b.end()
		if one, two := b.disk.job("1"), b.disk.job("2"); one.State != Completed || one.Tries != 1 || two.State != Completed || told.Load() != 2 {
			t.Errorf("they are %+v, %+v, and %d were told", one, two, told.Load())
		}
		if len(b.begun()) != 2 {
			t.Errorf("attempts are %v", b.begun())
		}
	})
}

// What cannot be put off is due on disk as before: a look at once would find it again, and so on.
func TestADiskThatIsFullIsLeftAlone(t *testing.T) {
	run(t, func(t *testing.T, b *bench) {
		b.bounds.inLine, b.bounds.loaded = 2, 4
		held := newDestination("", Route{Destination: "x"})
		held.hold = b.start.Add(20 * time.Second)
		b.destinations["x"] = held
		const jobs, refusals = 50, 1000
		for i := range jobs {
			b.put(false, b.newJob(fmt.Sprint(i), fmt.Sprint("d", i, "/x"), 0))
		}
		b.disk.setBroken(refusals)
		b.begin()
		time.Sleep(18 * time.Second)
		b.disk.mu.Lock()
		reads, refused := b.disk.reads, refusals-b.disk.broken
		b.disk.mu.Unlock()
		if reads > 10 || refused == 0 || refused > 10 {
			t.Errorf("it was read %d times and written %d times", reads, refused)
		}
		b.disk.setBroken(0)
		time.Sleep(time.Minute)
		b.end()
		if got := len(b.begun()); got != jobs {
			t.Errorf("%d attempts of %d jobs", got, jobs)
		}
	})
}

// A disk that is full for a moment does not make a delivery that is given up one that cannot be stored at all.
func TestARefusedRowAndAFullDisk(t *testing.T) {
	run(t, func(t *testing.T, b *bench) {
		refusal := errors.New("constraint failed")
		b.Refused = func(err error) bool { return errors.Is(err, refusal) }
		b.disk.refuse = func(j *Job) error {
			if j.State == Discarded {
				return nil
			}
			b.disk.broken = 3 // FinishAttempt holds the lock
			return refusal
		}
		b.begin()
		b.put(true, b.newJob("1", "a/x", 0))
		time.Sleep(time.Minute)
		b.end()
		b.want("1@0")
		if j := b.disk.job("1"); j.State != Discarded || j.Error == nil || j.Error.Code != "not_stored" {
			t.Errorf("it is %s: %+v", j.State, j.Error)
		}
	})
}

func TestStop(t *testing.T) {
	for _, c := range []struct {
		name  string
		grace time.Duration
		state State
		tries int
	}{
		{"attempts may end", time.Minute, Completed, 1},
		{"attempts are cut short", time.Second, Available, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			run(t, func(t *testing.T, b *bench) {
				b.answer = takes(10*time.Second, Delivered)
				b.begin()
				b.put(true, b.newJob("1", "a/x", 0), b.newJob("2", "a/x", 0))
				synctest.Wait()
				ctx, cancel := context.WithTimeout(context.Background(), c.grace)
				defer cancel()
				b.Stop(ctx)
				b.Offer(b.newJob("3", "b/x", 0))
				time.Sleep(time.Minute)
				b.want("1@0")
				if j := b.disk.job("1"); j.State != c.state || j.Tries != c.tries {
					t.Errorf("it is %s after %d tries", j.State, j.Tries)
				}
				if j := b.disk.job("2"); j.State != Available {
					t.Errorf("the one behind it is %s", j.State)
				}
			})
		})
	}
}

func TestStopWhileTheDiskRefuses(t *testing.T) {
	run(t, func(t *testing.T, b *bench) {
		b.begin()
		b.disk.setBroken(1 << 30)
		b.put(true, b.newJob("1", "a/x", 0))
		time.Sleep(time.Second)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		b.Stop(ctx)
		if j := b.disk.job("1"); j.State != Available {
			t.Errorf("it is %s", j.State)
		}
	})
}

func TestARecordKeepsTheFirstAndTheLatestAttempts(t *testing.T) {
	var r Record
	for i := range 100 {
		r.Add(Attempt{Status: i, Outcome: Transient, Error: &Error{Code: fmt.Sprint(i)}})
	}
	var numbers []int
	for _, a := range r.Attempts {
		numbers = append(numbers, a.Number)
		if a.Status != a.Number-1 {
			t.Errorf("attempt %d is that of %d", a.Number, a.Status)
		}
	}
	if len(numbers) != keptAttempts || numbers[0] != 1 || numbers[1] != 82 || numbers[keptAttempts-1] != 100 {
		t.Errorf("kept are %v", numbers)
	}
	if r.Tries != 100 || r.Error.Code != "99" {
		t.Errorf("%d tries, the last error %v", r.Tries, r.Error)
	}
	// Copies of a record do not share what comes later.
	one, two := r, r
	one.Add(Attempt{Status: 1000})
	two.Add(Attempt{Status: 2000})
	if last := one.Attempts[keptAttempts-1].Status; last != 1000 {
		t.Errorf("one copy has the attempt %d of the other", last)
	}
}
