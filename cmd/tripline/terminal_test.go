//go:build unix

package main

import (
	"bytes"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// patience is how long a step may take: go run compiles first.
const patience = 2 * time.Minute

// terminal is a shell that runs in the background, and what it shows.
type terminal struct {
	stdin io.Writer
	ended chan struct{}

	mu     sync.Mutex
	output bytes.Buffer
}

// open starts commands in the reader's folder. They are interrupted when the test ends.
func (r *reader) open(commands string) *terminal {
	r.t.Helper()
	term := &terminal{ended: make(chan struct{})}
	shell := exec.Command("bash", "-c", commands)
	shell.Dir, shell.Env = r.dir, r.env
	shell.Stdout, shell.Stderr = term, term
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // with what it starts
	var err error
	if term.stdin, err = shell.StdinPipe(); err != nil {
		r.t.Fatal(err)
	}
	if err := shell.Start(); err != nil {
		r.t.Fatal(err)
	}
	go func() {
		defer close(term.ended)
		_ = shell.Wait() // what is shown tells more than the status
	}()
	r.t.Cleanup(func() {
		_ = syscall.Kill(-shell.Process.Pid, syscall.SIGINT) // may have ended by itself
		select {
		case <-term.ended:
		case <-time.After(20 * time.Second):
			_ = syscall.Kill(-shell.Process.Pid, syscall.SIGKILL)
			<-term.ended
		}
	})
	return term
}

// Write takes what the commands print.
func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.output.Write(p)
}

func (t *terminal) shown() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.output.String()
}

func (t *terminal) enter(line string) { _, _ = io.Copy(t.stdin, strings.NewReader(line)) }

// until waits until what is shown is right, and reports whether it came to that.
func (t *terminal) until(right func(shown string) bool) bool {
	deadline := time.Now().Add(patience)
	for !right(t.shown()) {
		select {
		case <-t.ended:
			return right(t.shown())
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return false
		}
	}
	return true
}
