package worker

import (
	"sync"

	"github.com/tripline/tripline/runtime"
)

// Bounds of one of the two generations of scripts that have a number. When the young one is full, the old
// one is forgotten: its scripts are numbered anew when they come again.
const (
	maxNumbered      = 1024
	maxNumberedBytes = 1 << 20 // of source: as much as a worker process keeps
)

// sourceIDs numbers scripts, so that a run carries a number instead of its source. Numbers are never used
// twice.
type sourceIDs struct {
	mu         sync.Mutex
	next       uint64
	young, old map[sourceKey]uint64
	bytes      int // of young
}

// sourceKey is the text itself: a map hashes it faster than any digest would, and cannot mix up two.
type sourceKey struct {
	kind   runtime.Kind
	source string
}

func newSourceIDs() *sourceIDs { return &sourceIDs{young: make(map[sourceKey]uint64)} }

func (s *sourceIDs) of(script *runtime.Script) uint64 {
	key := sourceKey{script.Kind, script.Source}
	s.mu.Lock()
	defer s.mu.Unlock()
	id, ok := s.young[key]
	if ok {
		return id
	}
	if id, ok = s.old[key]; !ok {
		s.next++
		id = s.next
	}
	if len(s.young) >= maxNumbered || s.bytes+len(key.source) > maxNumberedBytes {
		s.old, s.young, s.bytes = s.young, make(map[sourceKey]uint64), 0
	}
	s.young[key] = id
	s.bytes += len(key.source)
	return id
}
