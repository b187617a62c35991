package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/worker"
)

// Each run computes for busy by the clock, and its process is killed in the middle.
const (
	kills = 20
	busy  = 60 * time.Millisecond
)

// killed measures how long it takes until a run whose worker process was killed from outside has begun again in
// another, and until a run of somebody else that came at that moment is over.
func killed() error {
	pool, err := worker.New(worker.Config{Limits: runtime.OrgLimits{Everyone: runtime.DefaultLimits()}})
	if err != nil {
		return err
	}
	defer pool.Close()
	long := runtime.Invocation{Org: "long", Script: runtime.Script{Kind: runtime.KindRPC, Name: "long",
		Source: fmt.Sprintf("const end = Date.now() + %d; while (Date.now() < end); return []", busy.Milliseconds())}}
	short := runtime.Invocation{Org: "short", Script: runtime.Script{Kind: runtime.KindRPC, Name: "short", Source: "return []"}}
	var again, other []time.Duration
	for range kills {
		for pool.Stats().Idle < 2 { // one runs, and one is to spare
			if _, err := pool.Run(context.Background(), short); err != nil {
				return err
			}
			time.Sleep(10 * time.Millisecond)
		}
		ended := make(chan error, 1)
		go func() {
			_, err := pool.Run(context.Background(), long)
			ended <- err
		}()
		time.Sleep(busy / 3)
		at, ok := killComputing()
		if !ok {
			return fmt.Errorf("no worker process was computing")
		}
		if _, err := pool.Run(context.Background(), short); err != nil {
			return err
		}
		other = append(other, time.Since(at))
		if err := <-ended; err != nil {
			return err
		}
		again = append(again, time.Since(at)-busy)
	}
	slices.Sort(again)
	slices.Sort(other)
	fmt.Printf("\nA worker process killed in the middle of a run, %d times: the run begins again after %.1f ms (worst %.1f ms), another's run is over after %.1f ms (worst %.1f ms)\n",
		kills, millis(again[kills/2]), millis(again[kills-1]), millis(other[kills/2]), millis(other[kills-1]))
	return nil
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// killComputing kills the child process that is on a processor, and says when.
func killComputing() (at time.Time, ok bool) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it ended meanwhile
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		f := strings.Fields(rest)
		if len(f) < 2 || f[0] != "R" || f[1] != strconv.Itoa(os.Getpid()) {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if p, err := os.FindProcess(pid); err == nil && p.Kill() == nil {
			return time.Now(), true
		}
	}
	return time.Time{}, false
}
