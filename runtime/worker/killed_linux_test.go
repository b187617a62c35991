package worker_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/worker"
)

// computing are those of the processes that are on a processor or wait for one.
func computing(pids []int) []int {
	return slices.DeleteFunc(slices.Clone(pids), func(pid int) bool {
		text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		_, rest, _ := strings.Cut(string(text), ") ")
		return err != nil || !strings.HasPrefix(rest, "R")
	})
}

// A run whose process is killed from outside goes on in the spare that was there already, and so does nobody
// wait for a process to start. make bench says how long it takes.
func TestSpareTakesWhatWasKilled(t *testing.T) {
	p := newPool(t, worker.Config{Running: 1})
	mustRun(t, p, invocation("acme", "return 1"), "1")
	done := make(chan struct{})
	go func() {
		defer close(done)
		mustRun(t, p, invocation("acme", busyFor(900*time.Millisecond)), "1")
	}()
	var victim []int
	eventually(t, "a run is on and a spare is there", func() bool {
		s := p.Stats()
		victim = computing(children(t))
		return s.Running == 1 && s.Idle >= 1 && len(victim) == 1
	})
	before := children(t)
	if err := syscall.Kill(victim[0], syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	spares := slices.DeleteFunc(before, func(pid int) bool { return pid == victim[0] })
	eventually(t, "a process that was there before has the run", func() bool { return len(computing(spares)) > 0 })
	<-done
	if s := p.Stats(); s.Lost != 1 {
		t.Errorf("%d workers were lost", s.Lost)
	}
}
