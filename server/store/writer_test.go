package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/secret"
)

// noon is when the tests of this package happen.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// testStore is a store on a folder that can be opened again.
type testStore struct {
	*Store
	keys *secret.Keyring
	once sync.Once
}

// emptyDatabase is a file with the schema and nothing in it: to migrate once is enough for these tests.
var emptyDatabase = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "tripline-store-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	s, err := Open(context.Background(), dir, Options{Keys: secret.NewKeyring(secret.NewMasterKey())})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, FileName))
})

func openTest(t *testing.T, dir string, keys *secret.Keyring, now func() time.Time) *testStore {
	t.Helper()
	s, err := Open(t.Context(), dir, Options{Keys: keys, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	o := &testStore{Store: s, keys: keys}
	t.Cleanup(func() { o.shut(t) })
	if err := s.Write(t.Context(), func(tx *Tx) error { return tx.PutOrg(Org{Code: "o", Name: "o"}) }); err != nil {
		t.Fatal(err)
	}
	return o
}

func newTest(t *testing.T) *testStore {
	t.Helper()
	empty, err := emptyDatabase()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, FileName), empty, 0o600); err != nil {
		t.Fatal(err)
	}
	return openTest(t, dir, secret.NewKeyring(secret.NewMasterKey()), func() time.Time { return noon })
}

func (s *testStore) shut(t *testing.T) {
	t.Helper()
	s.once.Do(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// reopen closes the store and opens its folder again, as a restart does.
func (s *testStore) reopen(t *testing.T) *testStore {
	t.Helper()
	s.shut(t)
	return openTest(t, s.Dir(), s.keys, s.now)
}

func (s *testStore) must(t *testing.T, fns ...func(*Tx) error) {
	t.Helper()
	for i, err := range s.group(t, fns...) {
		if err != nil {
			t.Fatalf("transaction %d of the group: %v", i, err)
		}
	}
}

// group has the functions committed as one group, in this order, and returns their errors.
func (s *testStore) group(t *testing.T, fns ...func(*Tx) error) []error {
	t.Helper()
	release := s.hold(t)
	errs := make([]error, len(fns))
	var wg sync.WaitGroup
	for i, fn := range fns {
		wg.Go(func() { errs[i] = s.Write(context.Background(), fn) })
		s.awaitQueued(t, i+1)
	}
	release()
	wg.Wait()
	return errs
}

func TestTheWriterHasItsSettings(t *testing.T) {
	s := newTest(t)
	for pragma, want := range map[string]int{"cache_size": -writerCache, "synchronous": 2, "temp_store": 2, "foreign_keys": 1} {
		var got int
		if err := s.write.session.queryRow("PRAGMA "+pragma, nil, &got); err != nil || got != want {
			t.Errorf("%s is %d (%v) and should be %d", pragma, got, err, want)
		}
	}
}

// hold keeps the writer busy until release is called.
func (s *testStore) hold(t *testing.T) (release func()) {
	t.Helper()
	entered, leave, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		if err := s.Write(context.Background(), func(*Tx) error { close(entered); <-leave; return nil }); err != nil {
			t.Error(err)
		}
	}()
	<-entered
	return func() { close(leave); <-done }
}

func (s *testStore) awaitQueued(t *testing.T, n int) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); len(s.write.requests)+len(s.write.urgent) < n; time.Sleep(100 * time.Microsecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d transactions wait, want %d", len(s.write.requests), n)
		}
	}
}

// note writes a row that tells that a transaction was committed.
func note(tx *Tx, id string) error {
	return tx.Exec("INSERT INTO uplink_ids (org, eui, id, execution_id, seen_at) VALUES ('o', 'e', ?, '', ?)", id, noon.UnixMilli())
}

// notes are the rows that note wrote and that are committed.
func (s *testStore) notes(t *testing.T) []string {
	t.Helper()
	out := []string{}
	err := queryRows(t.Context(), s.read, "SELECT id FROM uplink_ids ORDER BY id", nil, func(scan func(...any) error) error {
		var id string
		defer func() { out = append(out, id) }()
		return scan(&id)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhatWaitsIsOneTransaction(t *testing.T) {
	s := newTest(t)
	var events []string // written by the writer alone
	var fns []func(*Tx) error
	for i := range 5 {
		fns = append(fns, func(tx *Tx) error {
			events = append(events, fmt.Sprint("run ", i))
			if got := s.notes(t); len(got) != 0 {
				t.Errorf("transaction %d: readers see %v before the commit", i, got)
			}
			tx.OnCommit(func() {
				if got := s.notes(t); len(got) != 5 {
					t.Errorf("transaction %d: its OnCommit runs while readers see %v", i, got)
				}
				events = append(events, fmt.Sprint("committed ", i))
			})
			return note(tx, fmt.Sprint(i))
		})
	}
	s.must(t, fns...)
	want := []string{"run 0", "run 1", "run 2", "run 3", "run 4", "committed 0", "committed 1", "committed 2", "committed 3", "committed 4"}
	if !slices.Equal(events, want) {
		t.Errorf("the order is %v", events)
	}
}

func TestATransactionThatFailsUndoesItselfAlone(t *testing.T) {
	no := errors.New("no")
	failures := map[string]struct {
		fn   func(*Tx) error
		want string
	}{
		"error":      {func(*Tx) error { return no }, "no"},
		"panic":      {func(*Tx) error { panic("oh") }, "panic in a transaction: oh"},
		"constraint": {func(tx *Tx) error { return errors.Join(note(tx, "x"), note(tx, "x")) }, "UNIQUE"},
		"bad SQL":    {func(tx *Tx) error { return tx.Exec("INSERT INTO nowhere VALUES (1)") }, "nowhere"},
		"flush":      {secondActiveAlarm, "UNIQUE"},
	}
	for name, failure := range failures {
		for place := range 3 {
			t.Run(fmt.Sprint(name, place), func(t *testing.T) {
				s := newTest(t)
				s.must(t, putDevice("d"), firstActiveAlarm)
				var committed []string
				fns := []func(*Tx) error{}
				want := []string{}
				for i := range 3 {
					id := fmt.Sprint(i)
					if i != place {
						want = append(want, id)
					}
					fns = append(fns, func(tx *Tx) error {
						if err := note(tx, id); err != nil {
							return err
						}
						tx.OnCommit(func() { committed = append(committed, id) })
						if i == place {
							return failure.fn(tx)
						}
						return nil
					})
				}
				for i, err := range s.group(t, fns...) {
					if i != place && err != nil {
						t.Errorf("transaction %d fails with another's error: %v", i, err)
					}
					if i == place && (err == nil || !strings.Contains(err.Error(), failure.want)) {
						t.Errorf("its own error is %v, want %q in it", err, failure.want)
					}
				}
				if got := s.notes(t); !slices.Equal(got, want) {
					t.Errorf("committed are %v, want %v", got, want)
				}
				if !slices.Equal(committed, want) {
					t.Errorf("OnCommit ran for %v, want %v once each", committed, want)
				}
				s.must(t, func(tx *Tx) error { return note(tx, "later") })
			})
		}
	}
}

func TestAFailureIsFoundByItsError(t *testing.T) {
	s := newTest(t)
	for _, err := range s.group(t, func(*Tx) error { return ErrNotFound }, func(*Tx) error { return fmt.Errorf("wrapped: %w", ErrNotFound) }) {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%v is not ErrNotFound", err)
		}
	}
}

func TestManyWriters(t *testing.T) {
	s := newTest(t)
	const writers, each = 32, 20
	no := errors.New("no")
	var wg sync.WaitGroup
	var refused atomic.Int64
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				err := s.Write(context.Background(), func(tx *Tx) error {
					if err := note(tx, fmt.Sprintf("%02d-%02d", w, i)); err != nil {
						return err
					}
					if i%5 == 4 {
						return no
					}
					return nil
				})
				switch {
				case errors.Is(err, no):
					refused.Add(1)
				case err != nil:
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := len(s.notes(t)); got != writers*each*4/5 || refused.Load() != writers*each/5 {
		t.Errorf("%d are committed and %d refused, want %d and %d", got, refused.Load(), writers*each*4/5, writers*each/5)
	}
}

func TestMoreThanOneGroup(t *testing.T) {
	s := newTest(t)
	release := s.hold(t)
	var wg sync.WaitGroup
	for i := range maxBatch + 20 {
		wg.Go(func() {
			if err := s.Write(context.Background(), func(tx *Tx) error { return note(tx, fmt.Sprint(i)) }); err != nil {
				t.Error(err)
			}
		})
	}
	s.awaitQueued(t, maxBatch)
	release()
	wg.Wait()
	if got := len(s.notes(t)); got != maxBatch+20 {
		t.Errorf("%d of %d are committed", got, maxBatch+20)
	}
}

func TestAWaitThatEnds(t *testing.T) {
	s := newTest(t)
	release := s.hold(t)
	ctx, cancel := context.WithCancel(t.Context())
	taken := make(chan error, 1)
	go func() { taken <- s.Write(ctx, func(tx *Tx) error { return note(tx, "taken") }) }()
	s.awaitQueued(t, 1)
	var crowd sync.WaitGroup
	for range maxBatch - 1 {
		crowd.Go(func() {
			if err := s.Write(context.Background(), func(*Tx) error { return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	s.awaitQueued(t, maxBatch)
	outside := make(chan error, 1)
	go func() { outside <- s.Write(ctx, func(tx *Tx) error { return note(tx, "outside") }) }()
	cancel()
	if err := <-outside; !errors.Is(err, context.Canceled) {
		t.Errorf("a transaction that was not taken in yet: %v", err)
	}
	select {
	case err := <-taken:
		t.Errorf("a transaction that was taken in is given up: %v", err)
	default:
	}
	release()
	crowd.Wait()
	if err := <-taken; err != nil {
		t.Errorf("a transaction that was taken in: %v", err)
	}
	if got := s.notes(t); !slices.Equal(got, []string{"taken"}) {
		t.Errorf("committed are %v", got)
	}
}

func TestClose(t *testing.T) {
	for range 5 { // the writer sees the end of the store and what waits in either order
		testClose(t, newTest(t))
	}
}

func testClose(t *testing.T, s *testStore) {
	t.Helper()
	release := s.hold(t)
	queued := make(chan error, 1)
	go func() { queued <- s.Write(context.Background(), func(tx *Tx) error { return note(tx, "queued") }) }()
	s.awaitQueued(t, 1)
	closed := make(chan struct{})
	go func() { s.shut(t); close(closed) }()
	for open := true; open; time.Sleep(100 * time.Microsecond) {
		select {
		case <-s.write.quit:
			open = false
		default:
		}
	}
	release()
	<-closed
	if err := <-queued; err != nil {
		t.Errorf("what was taken in before Close: %v", err)
	}
	for range 20 {
		if err := s.Write(t.Context(), func(*Tx) error { return nil }); !errors.Is(err, ErrClosed) {
			t.Fatalf("Write after Close: %v", err)
		}
	}
	if got := s.reopen(t).notes(t); !slices.Equal(got, []string{"queued"}) {
		t.Errorf("on disk are %v", got)
	}
}

func TestADiskThatIsFull(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"))
	pages := func(tx *Tx, limit int) error {
		var set int
		return tx.QueryRow(fmt.Sprintf("PRAGMA max_page_count = %d", limit), nil, &set)
	}
	s.must(t, func(tx *Tx) error {
		var count int
		if err := tx.QueryRow("PRAGMA page_count", nil, &count); err != nil {
			return err
		}
		return pages(tx, count+4)
	})
	long := strings.Repeat("x", 8000)
	pair := func(i int) func(*Tx) error { // two rows and a device, all or nothing
		return func(tx *Tx) error {
			state, err := tx.Device("o", "d")
			if err != nil {
				return err
			}
			d := state.Device
			d.Name = fmt.Sprint(i)
			return errors.Join(note(tx, fmt.Sprintf("%d-a", i)), tx.PutDevice("o", d), note(tx, fmt.Sprintf("%d-b%s", i, long)))
		}
	}
	stored := 0
	var err error
	for stored = 0; stored < 50; stored++ {
		if err = s.Write(t.Context(), pair(stored)); err != nil {
			break
		}
	}
	if err == nil || !strings.Contains(err.Error(), "full") {
		t.Fatalf("50 writes to a full disk: %v", err)
	}
	name := ""
	if stored > 0 {
		name = fmt.Sprint(stored - 1)
	} else {
		name = "d"
	}
	check := func(s *testStore) {
		t.Helper()
		if got := len(s.notes(t)); got != 2*stored {
			t.Errorf("%d rows of %d transactions are there", got, stored)
		}
		if d, err := s.Device(t.Context(), "o", "d"); err != nil || d.Device.Name != name {
			t.Errorf("the device is %v (%v), want the name %s", d, err, name)
		}
	}
	check(s)
	for i, err := range s.group(t, pair(100), pair(101)) {
		if err == nil {
			t.Errorf("transaction %d of a group is stored on a full disk", i)
		}
	}
	check(s)
	s.must(t, func(tx *Tx) error { return pages(tx, 1<<30) })
	s.must(t, pair(stored), pair(stored+1))
	stored += 2
	name = fmt.Sprint(stored - 1)
	check(s)
	check(s.reopen(t))
}
