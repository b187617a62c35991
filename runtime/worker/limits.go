package worker

import (
	"maps"
	"slices"

	"github.com/tripline/tripline/runtime"
)

// limitTable numbers the sets of limits that runs are held to. Both ends of a channel have the same sets, so
// that the frame of a run names its own by number.
type limitTable struct {
	sets []runtime.Limits // everyone's first
	own  map[string]int   // the set of an organisation that has its own
}

func newLimitTable(o runtime.OrgLimits) limitTable {
	t := limitTable{sets: []runtime.Limits{o.Everyone}, own: make(map[string]int, len(o.Own))}
	for _, org := range slices.Sorted(maps.Keys(o.Own)) {
		at := slices.Index(t.sets, o.Own[org])
		if at < 0 {
			at = len(t.sets)
			t.sets = append(t.sets, o.Own[org])
		}
		t.own[org] = at
	}
	return t
}

// of returns the limits of an organisation, and their number.
func (t *limitTable) of(org string) (number int, l *runtime.Limits) {
	number = t.own[org]
	return number, &t.sets[number]
}

// roof has of every limit the highest that any organisation has: processes and frames are made for all of
// them.
func roof(sets []runtime.Limits) runtime.Limits {
	r := sets[0]
	for _, l := range sets[1:] {
		r.CPU, r.SyncWall, r.AsyncWall, r.Compile = max(r.CPU, l.CPU), max(r.SyncWall, l.SyncWall), max(r.AsyncWall, l.AsyncWall), max(r.Compile, l.Compile)
		r.Memory, r.CallDepth = max(r.Memory, l.Memory), max(r.CallDepth, l.CallDepth)
		r.Source, r.Input, r.Result, r.Log = max(r.Source, l.Source), max(r.Input, l.Input), max(r.Result, l.Result), max(r.Log, l.Log)
		r.Actions, r.Requests = max(r.Actions, l.Actions), max(r.Requests, l.Requests)
	}
	return r
}

// leastMemory is the lowest limit of memory that any organisation has.
func leastMemory(sets []runtime.Limits) int64 {
	least := sets[0].Memory
	for _, l := range sets {
		least = min(least, l.Memory)
	}
	return least
}
