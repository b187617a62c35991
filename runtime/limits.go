package runtime

import "time"

// Limits is what one run may use. The zero value is not useful: start from DefaultLimits.
type Limits struct {
	CPU       time.Duration // of a run, all its slices between awaits together
	SyncWall  time.Duration // wall time of a trigger, a parser, a synchronous RPC
	AsyncWall time.Duration // wall time of an async RPC, awaits included
	Compile   time.Duration
	Memory    int64 // bytes that a run may add; held only by a sandbox of worker processes
	CallDepth int   // frames
	Source    int   // bytes of UTF-8
	Input     int   // bytes of all inputs of a run together
	Result    int   // bytes of JSON
	Log       int   // bytes; what is over is cut, and the log says so
	Actions   int   // that one RPC or one trigger may return
	Requests  int   // axios calls inside one run
}

// OrgLimits are the limits of every organisation: those that some have of their own, and everyone else's.
type OrgLimits struct {
	Everyone Limits
	Own      map[string]Limits // whole, by the organisation's code
}

// Of returns the limits that hold for an organisation.
func (o OrgLimits) Of(org string) Limits {
	if own, ok := o.Own[org]; ok {
		return own
	}
	return o.Everyone
}

// DefaultLimits returns the limits that hold unless an organisation has others.
func DefaultLimits() Limits {
	return Limits{
		CPU:       time.Second,
		SyncWall:  5 * time.Second,
		AsyncWall: 30 * time.Second,
		Compile:   250 * time.Millisecond,
		Memory:    128 << 20,
		CallDepth: 1000,
		Source:    256 << 10,
		Input:     4 << 20,
		Result:    256 << 10,
		Log:       64 << 10,
		Actions:   64,
		Requests:  16,
	}
}
