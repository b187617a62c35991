package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fill stores n executions of about 10 KB, all of them with this state.
func (s *testStore) fill(t *testing.T, n int, state string) {
	t.Helper()
	doc := `{"x":"` + strings.Repeat("x", 10_000) + `"}`
	for range n / 100 {
		s.must(t, func(tx *Tx) error {
			for range 100 {
				id := s.NewID()
				if err := tx.Exec("INSERT INTO executions (seq, id, org, eui, state, doc) VALUES (?, ?, 'o', 'e', ?, ?)", seqOf(id), id, state, doc); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

func (s *testStore) count(t *testing.T, what string) (n int) {
	t.Helper()
	if err := queryRow(t.Context(), s.read, "SELECT count(*) FROM "+what, nil, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheDatabaseIsKeptToItsSize(t *testing.T) {
	s := newTest(t)
	s.fill(t, 200, "waiting")
	s.fill(t, 2000, "completed")
	const most = 10 << 20
	removed, err := s.Bound(t.Context(), most)
	if err != nil {
		t.Fatal(err)
	}
	used, _, err := s.size(t.Context())
	if err != nil || used > most || used < most/2 {
		t.Errorf("%d bytes are used (%v), want up to %d", used, err, most)
	}
	if waiting, all := s.count(t, "executions WHERE state = 'waiting'"), s.count(t, "executions"); waiting != 200 || int64(2200-all) != removed {
		t.Errorf("%d of 200 that wait are left; %d rows, %d were removed", waiting, all, removed)
	}
	var newest int
	if err := queryRow(t.Context(), s.read, "SELECT count(*) FROM executions WHERE seq >= (SELECT max(seq) FROM executions)", nil, &newest); err != nil || newest != 1 {
		t.Errorf("the newest is gone (%v)", err)
	}
	if removed, err := s.Bound(t.Context(), 1); !errors.Is(err, ErrStillNeeded) || removed == 0 || s.count(t, "executions") != 200 {
		t.Errorf("what is not over is removed, or it does not end: %d rows (%v)", removed, err)
	}
	if removed, err := s.Bound(t.Context(), 0); err != nil || removed != 0 {
		t.Errorf("without a bound %d rows are removed (%v)", removed, err)
	}
}

// TestTheFileGetsSmaller: what was freed goes back to the disk, but for some room.
func TestTheFileGetsSmaller(t *testing.T) {
	s := newTest(t)
	s.fill(t, 6000, "completed")
	if _, err := s.Bound(t.Context(), 1<<20); err != nil {
		t.Fatal(err)
	}
	_, free, err := s.size(t.Context())
	if err != nil || free < 2*keptFree {
		t.Fatalf("%d bytes are free (%v): the test shows nothing", free, err)
	}
	for deadline := time.Now().Add(30 * time.Second); ; {
		if _, err := s.Shrink(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		_, free, err = s.size(t.Context())
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("%d bytes are still free (%v)", free, err)
		}
		if free <= keptFree {
			break
		}
	}
	s.shut(t) // the last one to leave brings the log into the file
	info, err := os.Stat(filepath.Join(s.Dir(), FileName))
	if err != nil || info.Size() > keptFree+8<<20 {
		t.Errorf("the file has %d bytes (%v)", info.Size(), err)
	}
	if fmt.Sprint(s.reopen(t).count(t, "orgs")) != "1" {
		t.Error("the rest is not there")
	}
}
