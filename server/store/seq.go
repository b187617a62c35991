package store

import (
	"encoding/binary"
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

// seqBefore is what the seq of everything made before t is smaller than.
func seqBefore(t time.Time) int64 { return t.UnixMilli() << counterBits }
