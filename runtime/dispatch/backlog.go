package dispatch

import "sync"

// backlog counts what waits. One organisation may fill its own share and never everybody's: while it
// floods, the others' uplinks are still taken. Their bytes count too: uplinks of a megabyte would otherwise
// fill the memory long before there are many of them.
type backlog struct {
	limit load // of one organisation; twice as much of all together

	mu    sync.Mutex
	total load
	byOrg map[string]load
}

// load is how much waits.
type load struct{ items, bytes int }

// backlogBytes is how much of the memory the waiting uplinks of one organisation may take, as they were sent.
const backlogBytes = 64 << 20

func (l load) plus(other load) load { return load{l.items + other.items, l.bytes + other.bytes} }

// fills reports whether there is no room for more. What is there at all may be of any size.
func (l load) fills(limit load) bool { return l.items >= limit.items || l.bytes >= limit.bytes }

// reserve reports whether there was room for one more of so many bytes; with force there always is.
func (b *backlog) reserve(org string, bytes int, force bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !force && (b.byOrg[org].fills(b.limit) || b.total.fills(b.limit.plus(b.limit))) {
		return false
	}
	if b.byOrg == nil {
		b.byOrg = map[string]load{}
	}
	b.byOrg[org] = b.byOrg[org].plus(load{1, bytes})
	b.total = b.total.plus(load{1, bytes})
	return true
}

func (b *backlog) release(org string, bytes int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.total = b.total.plus(load{-1, -bytes})
	left := b.byOrg[org].plus(load{-1, -bytes})
	if b.byOrg[org] = left; left.items == 0 {
		delete(b.byOrg, org)
	}
}

func (b *backlog) waitingOf(org string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.byOrg[org].items
}

func (b *backlog) waiting() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.total.items
}
