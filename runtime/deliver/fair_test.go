package deliver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// of makes a job of an organisation; host/n names a destination and a device.
func (b *bench) of(org, host string, n int) *Job {
	j := b.newJob(fmt.Sprintf("%s-%s-%05d", org, host, n), fmt.Sprintf("%s%d/%s", org, n, host), 0)
	j.Org = org
	return j
}

func TestAnOrganisationsHangingReceiversDelayNobodyElse(t *testing.T) {
	run(t, func(t *testing.T, b *bench) {
		b.bounds.inMemory, b.bounds.loaded, b.bounds.slots, b.bounds.perTarget = 200, 50, 40, 8
		b.answer = func(ctx context.Context, j *Job) Attempt {
			if j.Org == "bad" {
				return takes(30*time.Second, Transient)(ctx, j)
			}
			return takes(10*time.Millisecond, Delivered)(ctx, j)
		}
		for i := range 1000 { // on disk before, and earlier than all others
			b.put(false, b.of("bad", fmt.Sprint("hangs", i%20), i))
		}
		b.begin()
		for i := range 200 {
			b.put(true, b.of("bad", fmt.Sprint("hangs", i%20), 1000+i))
			time.Sleep(10 * time.Millisecond)
			good := b.of("good", "works", i)
			good.ScheduledAt = time.Now()
			b.put(i%2 == 0, good) // every other one is found on disk only
		}
		time.Sleep(6 * time.Second)
		late := 0
		for i := range 200 {
			if j := b.disk.job(b.of("good", "works", i).ID); j.State != Completed {
				late++
			}
		}
		if late > 0 {
			t.Errorf("%d of 200 deliveries wait for another organisation's", late)
		}
		b.mu.Lock()
		if own := b.Runner.shares.of("bad"); own.slots > 20 || own.jobs > 100 {
			t.Errorf("the other one has %d slots and %d jobs in memory", own.slots, own.jobs)
		}
		b.mu.Unlock()
		now, cancel := context.WithCancel(context.Background())
		cancel()
		b.Stop(now)
	})
}

func TestARowThatCannotBeWritten(t *testing.T) {
	for _, forever := range []bool{false, true} {
		t.Run(fmt.Sprint("forever ", forever), func(t *testing.T) {
			run(t, func(t *testing.T, b *bench) {
				refusal := errors.New("constraint failed")
				b.Refused = func(err error) bool { return errors.Is(err, refusal) }
				b.disk.refuse = func(j *Job) error {
					if strings.HasPrefix(j.ID, "bad") && (forever || j.State != Discarded) {
						return refusal
					}
					return nil
				}
				b.begin()
				b.put(true, b.newJob("bad", "a/x", 0), b.newJob("good", "a/x", 0))
				time.Sleep(time.Minute)
				b.end()
				b.want("bad@0", "good@10") // and no attempt more
				if j := b.disk.job("good"); j.State != Completed {
					t.Errorf("the next one is %s", j.State)
				}
				if j := b.disk.job("bad"); !forever && (j.State != Discarded || j.Error.Code != "not_stored") {
					t.Errorf("it is %s: %+v", j.State, j.Error)
				}
			})
		})
	}
}
