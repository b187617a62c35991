//go:build !linux

package worker

import (
	"context"
	"errors"

	"github.com/tripline/tripline/runtime"
)

// Pool needs what only Linux has.
type Pool struct{}

var _ runtime.Sandbox = (*Pool)(nil)

// Child does nothing where there are no worker processes.
func Child() {}

// New fails.
func New(Config) (*Pool, error) {
	return nil, errors.New("worker: scripts can be isolated on Linux only: use runtime/engine for scripts that are trusted")
}

// Check fails: New makes no Pool.
func (*Pool) Check(context.Context, runtime.Script) error {
	return runtime.Errorf(runtime.CodeWorkerLost, "there are no worker processes on this system")
}

// Run fails: New makes no Pool.
func (*Pool) Run(context.Context, runtime.Invocation) (runtime.Result, error) {
	return runtime.Result{}, runtime.Errorf(runtime.CodeWorkerLost, "there are no worker processes on this system")
}

// Translate fails: New makes no Pool.
func (*Pool) Translate(context.Context, runtime.Script) (runtime.Translation, error) {
	return runtime.Translation{}, runtime.Errorf(runtime.CodeWorkerLost, "there are no worker processes on this system")
}

// Stats is zero.
func (*Pool) Stats() Stats { return Stats{} }

// Close does nothing.
func (*Pool) Close() error { return nil }
