package dispatch

import "sync"

// backlog counts what waits. One organisation may fill its own share and never everybody's: while it
// floods, the others' uplinks are still taken.
type backlog struct {
	limit int // of one organisation; twice as much of all together

	mu    sync.Mutex
	total int
	byOrg map[string]int
}

// reserve reports whether there was room for one more; with force there always is.
func (b *backlog) reserve(org string, force bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !force && (b.byOrg[org] >= b.limit || b.total >= 2*b.limit) {
		return false
	}
	if b.byOrg == nil {
		b.byOrg = map[string]int{}
	}
	b.byOrg[org]++
	b.total++
	return true
}

func (b *backlog) release(org string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.total--
	if b.byOrg[org]--; b.byOrg[org] == 0 {
		delete(b.byOrg, org)
	}
}

func (b *backlog) waitingOf(org string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.byOrg[org]
}

func (b *backlog) waiting() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.total
}
