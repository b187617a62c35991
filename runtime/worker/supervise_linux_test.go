package worker_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/worker"
)

// children are the processes that this one started and that still live.
func children(t *testing.T) []int {
	t.Helper()
	folders, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, path := range folders {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it ended meanwhile
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		if f := strings.Fields(rest); len(f) > 1 && f[0] != "Z" && f[1] == strconv.Itoa(os.Getpid()) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			pids = append(pids, pid)
		}
	}
	return pids
}

func killAll(t *testing.T) {
	t.Helper()
	for _, pid := range children(t) {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
}

// busyFor is a script that runs until the clock has moved on.
func busyFor(d time.Duration) string {
	return fmt.Sprintf("const end = Date.now() + %d; while (Date.now() < end); return 1", d.Milliseconds())
}

func TestKilledFromOutside(t *testing.T) {
	p := newPool(t, worker.Config{})
	t.Run("idle", func(t *testing.T) {
		killAll(t)
		mustRun(t, p, invocation("acme", "return 1"), "1")
	})
	t.Run("in mid-run", func(t *testing.T) {
		killed := make(chan struct{})
		time.AfterFunc(100*time.Millisecond, func() { killAll(t); close(killed) })
		mustRun(t, p, invocation("acme", busyFor(300*time.Millisecond)), "1")
		<-killed
		if s := p.Stats(); s.Lost == 0 {
			t.Errorf("no worker was lost: %+v", s)
		}
	})
	t.Run("after a call", func(t *testing.T) {
		h := newTestHost()
		go func() {
			<-h.hung
			killAll(t)
		}()
		_, err := p.Run(t.Context(), withHost(invocation("acme", `await axios.get("https://a.example/hang")`), h))
		if codeOf(err) != "worker_lost" {
			t.Errorf("%v, and the request must not be repeated", err)
		}
		eventually(t, "the request was cancelled", func() bool { return h.hangs.Load() == 0 })
		mustRun(t, p, invocation("acme", "return 1"), "1")
	})
}

// After a run was killed, a process that was started ahead takes the next one.
func TestSpareTakesOver(t *testing.T) {
	limits := runtime.DefaultLimits()
	limits.CPU = 50 * time.Millisecond
	p := newPool(t, worker.Config{Limits: runtime.OrgLimits{Everyone: limits}})
	for range 3 {
		mustRun(t, p, invocation("acme", "return 1"), "1")
		eventually(t, "a spare is there", func() bool { return p.Stats().Idle >= 2 })
		started := p.Stats().Started
		_, err := p.Run(t.Context(), invocation("acme", "[].indexOf.call({length: 2**53}, 1)"))
		if codeOf(err) != "time_limit" {
			t.Fatal(err)
		}
		mustRun(t, p, invocation("acme", "return 1"), "1")
		if now := p.Stats().Started; now > started+1 {
			t.Errorf("the next run waited for a new process: %d started, then %d", started, now)
		}
	}
}

func TestCancel(t *testing.T) {
	p := newPool(t, worker.Config{})
	h := newTestHost()
	for name, source := range map[string]string{
		"looping": "for (;;);",
		"native":  "[].indexOf.call({length: 2**53}, 1)",
		"waiting": `await axios.get("https://a.example/hang")`,
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			_, err := p.Run(ctx, withHost(invocation("acme", source), h))
			if codeOf(err) != "host_not_available" {
				t.Errorf("%v", err)
			}
		})
	}
	t.Run("before", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := p.Run(ctx, invocation("acme", "return 1"))
		if err != nil && codeOf(err) != "host_not_available" {
			t.Errorf("%v", err)
		}
	})
	mustRun(t, p, invocation("acme", "return 1"), "1")
}

// A worker process has its channel, what the Go runtime opens for itself, and no environment.
func TestConfinement(t *testing.T) {
	t.Setenv("TRIPLINE_MASTER_KEY", "must not be inherited")
	p := newPool(t, worker.Config{})
	mustRun(t, p, withHost(invocation("acme", `return (await axios.get("https://a.example/echo")).status`), newTestHost()), "200")
	eventually(t, "a spare is confined as well", func() bool { return p.Stats().Idle == 2 })
	pids := children(t)
	if len(pids) != 2 {
		t.Fatalf("%d worker processes", len(pids))
	}
	for _, pid := range pids {
		folder := fmt.Sprintf("/proc/%d/", pid)
		if environ, err := os.ReadFile(folder + "environ"); err != nil || len(environ) > 0 {
			t.Errorf("environment %q, %v", environ, err)
		}
		limits, err := os.ReadFile(folder + "limits")
		if err != nil || !strings.Contains(string(limits), "Max open files            0                    0") {
			t.Errorf("%s %v", limits, err)
		}
		status, err := os.ReadFile(folder + "status")
		if err != nil || !strings.Contains(string(status), "NoNewPrivs:\t1") {
			t.Errorf("%s %v", status, err)
		}
		open := descriptors(t, folder)
		channel := open["3"]
		if !strings.HasPrefix(channel, "socket:") {
			t.Errorf("3 is %s", channel)
		}
		for fd, what := range open {
			known := []string{"/dev/null", channel, "anon_inode:[eventpoll]", "anon_inode:[eventfd]"}
			if !slices.Contains(known, what) && !strings.HasPrefix(what, "/sys/fs/cgroup") {
				t.Errorf("%s is %s", fd, what)
			}
		}
	}
}

func descriptors(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder + "fd")
	if err != nil {
		t.Fatal(err)
	}
	open := make(map[string]string)
	for _, e := range entries {
		if open[e.Name()], err = os.Readlink(folder + "fd/" + e.Name()); err != nil {
			t.Fatal(err)
		}
	}
	return open
}

// One organisation that loops on every processor leaves others their turns.
func TestLoopingOrganisation(t *testing.T) {
	limits := runtime.DefaultLimits()
	limits.CPU = 300 * time.Millisecond
	p := newPool(t, worker.Config{Limits: runtime.OrgLimits{Everyone: limits}, Running: 2})
	ctx, cancel := context.WithCancel(t.Context())
	var loops sync.WaitGroup
	for range 8 {
		loops.Go(func() {
			for ctx.Err() == nil {
				_, _ = p.Run(ctx, invocation("looping", "for (;;);")) // how it is stopped is tested elsewhere
			}
		})
	}
	eventually(t, "both turns are taken and others wait", func() bool { s := p.Stats(); return s.Running >= 2 && s.Waiting >= 6 })
	for range 20 {
		before := p.Stats()
		mustRun(t, p, invocation("other", "return 1"), "1")
		if after := p.Stats(); after.Workers > 5 {
			t.Errorf("%+v, then %+v", before, after)
		}
	}
	cancel()
	loops.Wait()
}

func TestQueueIsBounded(t *testing.T) {
	p := newPool(t, worker.Config{Running: 1, Queue: 2})
	ctx, cancel := context.WithCancel(t.Context())
	var busy atomic.Int64
	var runs sync.WaitGroup
	for range 6 {
		runs.Go(func() {
			_, err := p.Run(ctx, invocation("flooding", "for (;;);"))
			if codeOf(err) == string(runtime.CodeBusy) {
				busy.Add(1)
			}
		})
	}
	eventually(t, "those beyond the queue are refused", func() bool { return busy.Load() == 3 })
	mustRun(t, p, invocation("other", "return 1"), "1")
	cancel()
	runs.Wait()
}

func TestIdleWorkersEnd(t *testing.T) {
	p := newPool(t, worker.Config{Running: 1, Idle: 50 * time.Millisecond})
	h := newTestHost()
	ctx, cancel := context.WithCancel(t.Context())
	var runs sync.WaitGroup
	for i := range 4 {
		runs.Go(func() {
			_, _ = p.Run(ctx, withHost(invocation(fmt.Sprint("org", i), `await axios.get("https://a.example/hang")`), h))
		})
	}
	for range 4 {
		<-h.hung
	}
	if s := p.Stats(); s.Workers < 4 {
		t.Errorf("%+v", s)
	}
	cancel()
	runs.Wait()
	eventually(t, "two are left", func() bool { return p.Stats().Workers <= 2 && len(children(t)) <= 2 })
	mustRun(t, p, invocation("acme", "return 1"), "1")
}

func TestCloseEndsProcesses(t *testing.T) {
	p := newPool(t, worker.Config{})
	mustRun(t, p, invocation("acme", "return 1"), "1")
	done := make(chan error, 1)
	go func() {
		_, err := p.Run(t.Context(), invocation("acme", "for (;;);"))
		done <- err
	}()
	eventually(t, "the run is on", func() bool { return p.Stats().Running == 1 })
	time.Sleep(20 * time.Millisecond)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; codeOf(err) != "host_not_available" {
		t.Errorf("%v", err)
	}
	if _, err := p.Run(t.Context(), invocation("acme", "return 1")); codeOf(err) != "host_not_available" {
		t.Errorf("%v", err)
	}
	eventually(t, "no process is left", func() bool { return len(children(t)) == 0 })
}
