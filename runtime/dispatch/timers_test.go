package dispatch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// clockwork is timers over a list that stands for the disk, in a bubble of fake time.
type clockwork struct {
	*timers
	start time.Time

	mu     sync.Mutex
	shift  time.Duration // of the clock
	disk   map[string]Timer
	reads  int
	broken bool
	log    []string
	hold   bool   // what is fired stays on disk
	during func() // runs once, when a look has read the disk and is not over
}

func tick(t *testing.T, fn func(c *clockwork)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := &clockwork{start: time.Now(), disk: map[string]Timer{}}
		c.timers = newTimers(c.now, c.load, c.fire)
		fn(c)
	})
}

func (c *clockwork) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.shift)
}

func (c *clockwork) load(_ context.Context, before time.Time, limit int) ([]Timer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reads++
	if c.broken {
		return nil, errors.New("disk")
	}
	var due []Timer
	for _, t := range c.disk {
		if t.DueAt.Before(before) {
			due = append(due, t)
		}
	}
	slices.SortFunc(due, func(a, b Timer) int { return cmp.Or(a.DueAt.Compare(b.DueAt), cmp.Compare(a.ID, b.ID)) })
	if during := c.during; during != nil {
		c.during = nil
		c.mu.Unlock()
		during()
		c.mu.Lock()
	}
	return due[:min(limit, len(due))], nil
}

func (c *clockwork) fire(t Timer) {
	c.mu.Lock()
	c.log = append(c.log, fmt.Sprintf("%s@%d", t.ID, time.Since(c.start).Milliseconds()))
	hold := c.hold
	if !hold {
		delete(c.disk, t.ID)
	}
	c.mu.Unlock()
	if !hold {
		c.done(t.ID)
	}
}

// put stores timers that are due so many seconds after the start.
func (c *clockwork) put(add bool, id string, due float64) {
	t := Timer{ID: id, Org: "o", EUI: "d", DueAt: c.start.Add(time.Duration(due * float64(time.Second)))}
	c.mu.Lock()
	c.disk[id] = t
	c.mu.Unlock()
	if add {
		c.add(t)
	}
}

func (c *clockwork) set(fn func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fn()
}

func (c *clockwork) fired() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.log)
}

func (c *clockwork) looks() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reads
}

func (c *clockwork) begin(t *testing.T) {
	t.Helper()
	if err := c.timers.start(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestTimersFireWhenTheyAreDue(t *testing.T) {
	tick(t, func(c *clockwork) {
		c.put(false, "late", -3600)
		c.put(false, "soon", 2.5)
		c.put(false, "far", 200)
		c.begin(t)
		c.put(true, "set", 1)
		c.put(true, "set far", 100)
		c.put(true, "set twice", 3)
		c.put(true, "set twice", 3)
		time.Sleep(10 * time.Minute)
		c.timers.stop()
		if want := []string{"late@0", "set@1000", "soon@2500", "set twice@3000", "set far@100000", "far@200000"}; !slices.Equal(c.fired(), want) {
			t.Errorf("fired are %v, want %v", c.fired(), want)
		}
		if len(c.known) != 0 {
			t.Errorf("memory keeps %v", c.known)
		}
	})
}

// A timer that is set while the disk is looked at may not be seen by that look.
func TestATimerThatIsSetDuringALook(t *testing.T) {
	tick(t, func(c *clockwork) {
		c.during = func() { c.put(true, "set", 1) }
		c.begin(t)
		time.Sleep(time.Minute)
		c.timers.stop()
		if want := []string{"set@1000"}; !slices.Equal(c.fired(), want) {
			t.Errorf("fired are %v, want %v", c.fired(), want)
		}
	})
}

func TestTimersOfOneMomentKeepTheirOrder(t *testing.T) {
	tick(t, func(c *clockwork) {
		c.begin(t)
		var want []string
		for i := range 30 {
			c.put(true, fmt.Sprintf("%02d", 29-i), 1)
			want = append(want, fmt.Sprintf("%02d@1000", i))
		}
		time.Sleep(2 * time.Second)
		c.timers.stop()
		if !slices.Equal(c.fired(), want) {
			t.Errorf("fired are %v", c.fired())
		}
	})
}

func TestMoreTimersThanOneLookBrings(t *testing.T) {
	tick(t, func(c *clockwork) {
		c.loaded = 10
		for i := range 100 {
			c.put(false, fmt.Sprintf("%03d", i), -60)
		}
		for i := range 50 {
			c.put(false, fmt.Sprintf("soon%02d", i), 5)
		}
		c.begin(t)
		c.put(true, "set", 5)
		synctest.Wait()
		if got := len(c.fired()); got != 100 {
			t.Errorf("%d of 100 late ones are fired at once", got)
		}
		time.Sleep(5*time.Second - time.Millisecond)
		if got := len(c.fired()); got != 100 {
			t.Errorf("%d are fired early", got-100)
		}
		time.Sleep(time.Second)
		if got := len(c.fired()); got != 151 {
			t.Errorf("%d of 51 timers of one moment are fired within a second", got-100)
		}
		c.timers.stop()
	})
}

// What was fired and still waits for its device is on disk: it must neither be fired again nor keep the
// rest from being read, nor may the loop spin on it.
func TestTimersWhoseWorkWaits(t *testing.T) {
	tick(t, func(c *clockwork) {
		c.loaded, c.hold = 10, true
		for i := range 12 {
			c.put(false, fmt.Sprintf("%02d", i), -1)
		}
		c.begin(t)
		time.Sleep(3 * time.Minute)
		if got := len(c.fired()); got != 12 {
			t.Errorf("%d timers of 12 are fired: %v", got, c.fired())
		}
		if c.looks() > 20 {
			t.Errorf("%d looks at the disk in three minutes", c.looks())
		}
		c.timers.stop()
	})
}

func TestADiskThatCannotBeRead(t *testing.T) {
	tick(t, func(c *clockwork) {
		c.loaded = 2
		for i := range 5 {
			c.put(false, fmt.Sprint(i), 1)
		}
		c.begin(t)
		c.set(func() { c.broken = true })
		time.Sleep(30 * time.Second)
		if c.looks() > 100 {
			t.Errorf("%d looks at a broken disk in half a minute", c.looks())
		}
		c.set(func() { c.broken = false })
		time.Sleep(5 * time.Second)
		if got := len(c.fired()); got != 5 {
			t.Errorf("%d of 5 are fired", got)
		}
		c.timers.stop()
	})
}

func TestTheClockIsSet(t *testing.T) {
	for name, c := range map[string]struct {
		by     time.Duration
		within []time.Duration // not before, and not after the start of the test
	}{
		"forward":     {10 * time.Second, []time.Duration{20 * time.Second, 22 * time.Second}},
		"back":        {-10 * time.Second, []time.Duration{40 * time.Second, 41 * time.Second}},
		"far forward": {time.Hour, []time.Duration{0, 2 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			tick(t, func(w *clockwork) {
				w.begin(t)
				w.put(true, "t", 30)
				time.Sleep(time.Second)
				w.set(func() { w.shift = c.by })
				time.Sleep(c.within[0] - time.Second - time.Millisecond)
				if c.within[0] > 0 && len(w.fired()) != 0 {
					t.Errorf("fired early: %v", w.fired())
				}
				time.Sleep(c.within[1] - c.within[0] + time.Millisecond)
				if len(w.fired()) != 1 {
					t.Errorf("fired are %v", w.fired())
				}
				w.timers.stop()
			})
		})
	}
}

func TestLanes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		quit := make(chan struct{})
		defer close(quit)
		l := newLanes(quit)
		var mu sync.Mutex
		order := map[laneKey][]int{}
		began := time.Now()
		keys := []laneKey{{"o", "a"}, {"o", "b"}, {"p", "a"}}
		for i := range 20 {
			for _, key := range keys {
				l.add(key, func() {
					time.Sleep(time.Second)
					mu.Lock()
					defer mu.Unlock()
					order[key] = append(order[key], i)
				})
			}
		}
		l.add(keys[0], func() { l.add(keys[0], func() { mu.Lock(); order[keys[0]] = append(order[keys[0]], 20); mu.Unlock() }) })
		l.wait()
		if took := time.Since(began); took != 20*time.Second {
			t.Errorf("devices side by side took %v", took)
		}
		for _, key := range keys {
			if !slices.IsSorted(order[key]) || len(order[key]) < 20 {
				t.Errorf("%v ran in the order %v", key, order[key])
			}
		}
		if len(order[keys[0]]) != 21 || len(l.queues) != 0 {
			t.Errorf("%v, left are %v", order[keys[0]], l.queues)
		}
	})
}
