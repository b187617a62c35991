package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestATroubleIsTold(t *testing.T) {
	for _, test := range []struct {
		err  error
		want Trouble
	}{
		{nil, ""},
		{errors.New("no"), ""},
		{fmt.Errorf("commit: %w", ErrClosed), Closing},
		{fmt.Errorf("append: %w", syscall.ENOSPC), DiskFull},
		{syscall.EIO, DiskFails},
	} {
		if got := TroubleOf(test.err); got != test.want {
			t.Errorf("%v: %q, want %q", test.err, got, test.want)
		}
	}
	s := newTest(t)
	err := s.Write(t.Context(), func(tx *Tx) error { return errors.Join(note(tx, "x"), note(tx, "x")) })
	if !Refused(err) || Temporary(err) || s.Trouble() != "" {
		t.Errorf("a row that is there twice: refused is %v, the trouble %q: %v", Refused(err), s.Trouble(), err)
	}
	if Refused(context.Canceled) || Refused(nil) {
		t.Error("a caller that went away is taken for a bad write")
	}
}

// TestADiskThatWasFullIsNoticedAndForgotten fills the disk by the database's own bound on pages.
func TestADiskThatWasFullIsNoticedAndForgotten(t *testing.T) {
	s := newTest(t)
	bound := func(pages string) {
		t.Helper()
		s.must(t, func(tx *Tx) error {
			var n int
			return tx.QueryRow("PRAGMA max_page_count = "+pages, nil, &n)
		})
	}
	bound("1") // SQLite takes the present size instead
	long := strings.Repeat("x", 100_000)
	var err error
	for i := 0; err == nil && i < 100; i++ {
		err = s.Write(t.Context(), func(tx *Tx) error { return note(tx, fmt.Sprint(i, long)) })
	}
	if TroubleOf(err) != DiskFull || Refused(err) {
		t.Fatalf("100 rows of 100 KB into a full database: %v", err)
	}
	if got := s.Trouble(); got != DiskFull {
		t.Errorf("the trouble is %q", got)
	}
	bound("1000000")
	for deadline := time.Now().Add(10 * time.Second); s.Trouble() != ""; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not notice that there is room again")
		}
	}
}

// TestADatabaseThatAnotherProgramLocks: who writes waits, and loses nothing.
func TestADatabaseThatAnotherProgramLocks(t *testing.T) {
	s := newTest(t)
	other, err := sql.Open("sqlite", "file:"+filepath.Join(s.Dir(), FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	conn, err := other.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Write(context.Background(), func(tx *Tx) error { return note(tx, "waits") }) }()
	time.Sleep(300 * time.Millisecond) // a write that does not wait fails meanwhile
	if _, err := conn.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Errorf("what waited for the lock: %v", err)
	}
}

// TestIDsRiseThoughTheClockIsSetBack, within a process and over a restart.
func TestIDsRiseThoughTheClockIsSetBack(t *testing.T) {
	s := newTest(t)
	now := noon
	s.now = func() time.Time { return now }
	var all []string
	for i := range 10_000 {
		if i == 5_000 {
			now = now.Add(-time.Hour)
		}
		all = append(all, s.NewID())
	}
	last := all[len(all)-1]
	s.must(t, func(tx *Tx) error {
		return tx.Exec("INSERT INTO executions (seq, id, org, eui, state, doc) VALUES (?, ?, 'o', 'e', 'completed', '{}')", seqOf(last), last)
	})
	again := s.reopen(t)
	now = now.Add(-24 * time.Hour)
	for range 100 {
		all = append(all, again.NewID())
	}
	if !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != len(all) {
		t.Error("the ids do not rise")
	}
	for i, id := range all {
		if u, err := uuid.Parse(id); err != nil || u.Version() != 7 || u.Variant() != uuid.RFC4122 {
			t.Fatalf("%s is no UUIDv7", id)
		}
		if i > 0 && seqOf(id) <= seqOf(all[i-1]) {
			t.Fatalf("the row of %s is not behind that of %s", id, all[i-1])
		}
	}
	if at := time.UnixMilli(seqOf(all[0]) >> counterBits); !at.Equal(noon) {
		t.Errorf("the first id is of %s", at)
	}
}

// TestFailuresDoNotMakeAGroupStartOverAndOver: with half of a group failing, no transaction runs more than
// twice.
func TestFailuresDoNotMakeAGroupStartOverAndOver(t *testing.T) {
	s := newTest(t)
	no := errors.New("no")
	runs := make([]int, 60)
	var fns []func(*Tx) error
	for i := range runs {
		fns = append(fns, func(tx *Tx) error {
			runs[i]++
			if i%2 == 1 {
				return no
			}
			return note(tx, fmt.Sprintf("%02d", i))
		})
	}
	for i, err := range s.group(t, fns...) {
		if (i%2 == 1) != errors.Is(err, no) {
			t.Errorf("transaction %d: %v", i, err)
		}
	}
	if slices.Max(runs) > 2 || len(s.notes(t)) != 30 {
		t.Errorf("%d are stored; they ran %v times", len(s.notes(t)), runs)
	}
}
