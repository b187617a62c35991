//go:build !linux

package engine

import "time"

// threadClock measures wall time where the CPU time of a thread cannot be had.
type threadClock struct{ start time.Time }

func lockThread() threadClock { return threadClock{time.Now()} }

func (c threadClock) elapsed() time.Duration { return time.Since(c.start) }

func (c threadClock) unlock() time.Duration { return c.elapsed() }
