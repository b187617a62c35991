// Package worker runs scripts in worker processes, so that no script can stop, slow or grow the process
// that holds everyone's secrets. A Pool is a runtime.Sandbox: it supervises processes of the same program
// that run runtime/engine, confined to their channel, and kills and replaces those that go over a limit.
//
// A program that makes a Pool calls Child first thing in main:
//
//	func main() {
//		worker.Child()
//		…
//	}
package worker

import (
	"context"
	"errors"
	"log/slog"
	"os"
	goruntime "runtime"
	"time"

	"github.com/tripline/tripline/runtime"
)

// childArgument is the argument that makes a process of the program a worker process.
const childArgument = "sandbox-worker"

// isChild reports whether the process was started as a worker process.
func isChild() bool { return len(os.Args) == 2 && os.Args[1] == childArgument }

// Config says how a Pool runs scripts. Only Limits has to be set.
type Config struct {
	Limits  runtime.OrgLimits
	Command []string      // starts a worker process; default: this program with the argument that Child knows
	Running int           // runs that use a processor at a time; default: GOMAXPROCS
	Max     int           // worker processes, those whose runs wait included; default 16
	Queue   int           // runs that wait for a worker, per organisation; default 1024
	Idle    time.Duration // after which a worker process that nobody needs ends; default 30 s
	Log     *slog.Logger  // default: slog.Default()
}

// Defaults of a Config.
const (
	defaultMax   = 16
	defaultQueue = 1024
	defaultIdle  = 30 * time.Second
)

func (c *Config) fillIn() error {
	for _, l := range newLimitTable(c.Limits).sets {
		if l.CPU <= 0 || l.SyncWall <= 0 || l.AsyncWall <= 0 || l.Compile <= 0 || l.Memory <= 0 {
			return errors.New("worker: the limits of time and memory must be set: start from runtime.DefaultLimits")
		}
	}
	if isChild() { // it would start itself for ever
		return errors.New("worker: this is a worker process already: call worker.Child first thing in main, or in TestMain")
	}
	if len(c.Command) == 0 {
		c.Command = []string{"/proc/self/exe", childArgument}
	}
	if c.Running <= 0 {
		c.Running = goruntime.GOMAXPROCS(0)
	}
	if c.Max <= 0 {
		c.Max = defaultMax
	}
	c.Max = max(c.Max, c.Running+1)
	if c.Queue <= 0 {
		c.Queue = defaultQueue
	}
	if c.Idle <= 0 {
		c.Idle = defaultIdle
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return nil
}

type orgKey struct{}

// ForOrg returns a context that says which organisation a Check or a Translate is for, so that it waits in
// that organisation's queue. Those without one share a queue.
func ForOrg(ctx context.Context, org string) context.Context {
	return context.WithValue(ctx, orgKey{}, org)
}

func orgOf(ctx context.Context) string {
	org, _ := ctx.Value(orgKey{}).(string)
	return org
}

// Stats is what a Pool does at a moment, and what it has done since New.
type Stats struct {
	Workers  int    // processes
	Idle     int    // of them without a run
	Running  int    // of them with a run that uses a processor
	Waiting  int    // runs that wait for a worker or a turn
	Started  uint64 // processes
	Killed   uint64 // by the supervisor, for a limit or because the caller left
	Lost     uint64 // that died without being told to
	Replaced uint64 // because their memory had grown
}

// room is what frames need besides the parts that limits bound.
const room = 64 << 10

// maxHello bounds the sets of limits as they are told to a process, some 250 bytes each.
const maxHello = 4 << 20

// maxReply bounds the answer to a host call: a response body of the size that egress lets through, or a
// cached value.
const maxReply = 2 << 20

// capToChild bounds the body of a frame to a worker process.
func capToChild(l runtime.Limits) int { return l.Source + l.Input + maxReply + room }

// maxRequest bounds a call: a request's body above all.
const maxRequest = 1 << 20

// maxTranslation is how many times as long as its source a translation may be, with its map.
const maxTranslation = 8

// capFromChild bounds the body of a frame from a worker process.
func capFromChild(l runtime.Limits) int {
	return max(2*l.Result+2*l.Log+maxRequest, maxTranslation*l.Source) + room
}
