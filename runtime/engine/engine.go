// Package engine runs scripts with goja in the program's own process. It finds a script's form, compiles
// and caches it, gives every run a fresh realm and holds the limits that an interrupt can hold.
//
// What never returns to the interpreter (a backtracking regular expression, a native loop over a huge
// array, a runaway allocation) can only be ended together with its process: a host that runs other
// people's scripts puts this engine into worker processes.
//
// Dates in scripts are in the time zone of the process, which a host sets to Zone.
package engine

import (
	"context"
	"time"

	"github.com/tripline/tripline/runtime"
)

// Engine is a runtime.Sandbox in the program's own process.
type Engine struct {
	limits   runtime.Limits
	programs *programs
}

var _ runtime.Sandbox = (*Engine)(nil)

// Zone is UTC under the name that dates in Node show.
func Zone() *time.Location { return time.FixedZone("Coordinated Universal Time", 0) }

// New returns an engine whose runs are held to limits. Start from runtime.DefaultLimits.
func New(limits runtime.Limits) *Engine {
	return &Engine{limits: limits, programs: newPrograms(limits.Compile)}
}

// Check compiles a script without running it. The error is an *Error with a line and a column.
func (e *Engine) Check(ctx context.Context, s runtime.Script) error {
	_, err := e.program(ctx, s)
	return err
}

func (e *Engine) program(ctx context.Context, s runtime.Script) (*program, error) {
	if !s.Kind.Valid() {
		return nil, runtime.Errorf(runtime.CodeCompileError, "%q is no kind of script: it is one of %v", s.Kind, runtime.Kinds)
	}
	if len(s.Source) > e.limits.Source {
		return nil, runtime.Errorf(runtime.CodeSourceTooLarge, "the source has %d bytes, at most %d are allowed", len(s.Source), e.limits.Source)
	}
	return e.programs.get(ctx, s)
}

// Run runs a script once in a realm of its own. The error is an *Error; Result holds the log and the times
// of a failed run too.
func (e *Engine) Run(ctx context.Context, inv runtime.Invocation) (runtime.Result, error) {
	return e.RunWithin(ctx, e.limits, inv)
}

// RunWithin is Run held to limits in place of the engine's own, which still hold for compiling.
func (e *Engine) RunWithin(ctx context.Context, limits runtime.Limits, inv runtime.Invocation) (runtime.Result, error) {
	p, err := e.program(ctx, inv.Script)
	if err != nil {
		return runtime.Result{}, err
	}
	if size := inputSize(inv.Input); size > limits.Input {
		return runtime.Result{}, runtime.Errorf(runtime.CodeInputTooLarge, "the inputs have %d bytes together, at most %d are allowed", size, limits.Input)
	}
	r := newRun(limits, p, inv)
	return r.do(ctx)
}

func inputSize(in runtime.Input) int {
	return len(in.Device) + len(in.Params) + len(in.Alarms) + len(in.OrgParams) +
		len(in.Msg) + len(in.NoticeAttrs) + len(in.Payload) + len(in.Context) + len(in.ThingModelID)
}
