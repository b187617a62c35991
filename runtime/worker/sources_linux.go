package worker

import (
	"sync"

	"github.com/tripline/tripline/runtime"
)

// maxSourceIDs bounds the scripts that have a number at a time. The oldest half is forgotten beyond it,
// and numbered anew when it comes again.
const maxSourceIDs = 2048

// sourceIDs numbers scripts, so that a run carries a number instead of its source. Numbers are never used
// twice.
type sourceIDs struct {
	mu         sync.Mutex
	next       uint64
	young, old map[sourceKey]uint64
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
	if len(s.young) >= maxSourceIDs/2 {
		s.old, s.young = s.young, make(map[sourceKey]uint64)
	}
	s.young[key] = id
	return id
}
