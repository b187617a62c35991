package dispatch

import "testing"

func TestTheBacklogCountsBytesToo(t *testing.T) {
	b := backlog{limit: load{10, 100}}
	for i, step := range []struct {
		org   string
		bytes int
		want  bool
	}{
		{"a", 60, true}, {"a", 60, true}, {"a", 1, false}, // over 100
		{"b", 1, true}, {"b", 99, true}, {"b", 1, false},
		{"c", 0, false}, // 220 of all together
	} {
		if got := b.reserve(step.org, step.bytes, false); got != step.want {
			t.Errorf("step %d: %v", i, got)
		}
	}
	if !b.reserve("a", 50, true) {
		t.Error("what the last process took in is refused")
	}
	b.release("a", 60)
	b.release("a", 60)
	if !b.reserve("a", 1, false) || b.waitingOf("a") != 2 || b.waiting() != 4 {
		t.Errorf("after a release %+v", b.byOrg)
	}
	for range 10 {
		b.reserve("d", 0, true)
	}
	if b.reserve("d", 0, false) {
		t.Error("the number does not count")
	}
}

// What waits for the disk does not keep the processors busy.
func TestBusy(t *testing.T) {
	quit := make(chan struct{})
	defer close(quit)
	d := &Dispatcher{lanes: newLanes(quit)}
	begin, waiting, disk := make(chan struct{}), make(chan struct{}), make(chan struct{})
	for i := range enough + 1 {
		d.lanes.add(laneKey{"a", string(rune('a' + i))}, func() {
			<-begin
			d.lanes.waitForDisk(func() { waiting <- struct{}{}; <-disk })
		})
	}
	if !d.Busy() {
		t.Error("not busy with all that there is to do")
	}
	close(begin)
	for range enough + 1 {
		<-waiting
	}
	if d.Busy() {
		t.Error("busy though everything waits for the disk")
	}
	close(disk)
	d.lanes.wait()
	if n := d.lanes.computing.Load(); n != 0 {
		t.Errorf("%d pieces of work are left", n)
	}
}
