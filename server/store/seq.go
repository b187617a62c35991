package store

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"sync"
	"time"

	"github.com/google/uuid"
)

// counterBits is how much of a seq counts within a millisecond.
const counterBits = 12

// seqOf is the row that an id (UUIDv7) stands for: its milliseconds and the counter behind them, which
// one process never gives out twice. Another text stands for no row.
func seqOf(id string) int64 {
	u, err := uuid.Parse(id)
	if err != nil || u.Version() != 7 {
		return -1
	}
	ms := int64(binary.BigEndian.Uint64(u[:8]) >> 16)
	return ms<<counterBits | int64(u[6]&0x0f)<<8 | int64(u[7])
}

// idSource gives out ids that only rise, whatever the clock does: also when it is set back while the server is
// down. The id of a row must never be given out again, and what came later must have the larger one.
type idSource struct {
	mu   sync.Mutex
	last int64 // the seq of the id that was given out last
}

// load finds the newest row.
func (g *idSource) load(ctx context.Context, s *Store) error {
	return queryRow(ctx, s.read, `SELECT max(
		(SELECT coalesce(max(seq), 0) FROM executions), (SELECT coalesce(max(seq), 0) FROM dispatches),
		(SELECT coalesce(max(seq), 0) FROM jobs), (SELECT coalesce(max(seq), 0) FROM alarms))`, nil, &g.last)
}

// NewID returns an id (UUIDv7) that is larger than every one that the database holds and than every one
// that was returned before.
func (s *Store) NewID() string {
	now := s.now()
	seq := now.UnixMilli()<<counterBits | int64(now.Nanosecond()%int(time.Millisecond))>>8
	s.ids.mu.Lock()
	seq = max(seq, s.ids.last+1)
	s.ids.last = seq
	s.ids.mu.Unlock()
	var u uuid.UUID
	_, _ = rand.Read(u[8:]) // never fails
	binary.BigEndian.PutUint64(u[:8], uint64(seq>>counterBits)<<16|7<<counterBits|uint64(seq&(1<<counterBits-1)))
	u[8] = u[8]&0x3f | 0x80
	return u.String()
}

// seqBefore is what the seq of everything made before t is smaller than.
func seqBefore(t time.Time) int64 { return t.UnixMilli() << counterBits }
