package store

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/dispatch"
)

// crash opens a copy of the folder as it lies on the disk just now, as a process does after kill -9.
func (s *testStore) crash(t *testing.T) *testStore {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(s.Dir())); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	return openTest(t, dir, s.keys, s.now)
}

// quiet keeps the writer from settling by itself.
func (s *testStore) quiet() { s.write.retry = time.Now().Add(time.Hour) }

func (s *testStore) inDatabase(t *testing.T, query string) (n int) {
	t.Helper()
	if err := queryRow(t.Context(), s.read, query, nil, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func uplinkExecution(eui, id string) *dispatch.Execution {
	return &dispatch.Execution{ID: uuid.Must(uuid.NewV7()).String(), Org: "o", EUI: eui, State: dispatch.Queued, CreatedAt: noon,
		Uplink: &dispatch.Uplink{ID: id}}
}

func TestWhatStandsInTheJournalSurvives(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"), (*Tx).begin)
	s.must(t, func(*Tx) error { s.quiet(); return nil })
	e := uplinkExecution("d", "u1")
	if _, err := s.Accept(t.Context(), e, true, func() {}); err != nil {
		t.Fatal(err)
	}
	s.must(t, raise("hot", "1"))
	j := job(deliver.KindRequest)
	j.ScheduledAt = noon
	done := e
	done.State = dispatch.Completed
	doc, err := json.Marshal(done)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), &dispatch.Effects{Org: "o", Now: noon, Execution: done, Document: doc, Jobs: []*deliver.Job{j}}); err != nil {
		t.Fatal(err)
	}
	if n := s.inDatabase(t, "SELECT (SELECT count(*) FROM executions) + (SELECT count(*) FROM jobs) + (SELECT count(*) FROM alarms)"); n != 0 {
		t.Fatalf("%d rows are in the database already: this test is of the journal", n)
	}

	again := s.crash(t)
	got, err := again.Execution(t.Context(), "o", e.ID)
	if err != nil || got.State != dispatch.Completed {
		t.Errorf("the execution is %+v (%v)", got, err)
	}
	if state, err := again.Device(t.Context(), "o", "d"); err != nil || state.Alarms["hot"].State != alarm.Active {
		t.Errorf("the device is %+v (%v)", state, err)
	}
	if due, err := again.DueJobs(t.Context(), noon.Add(time.Hour), each(10)); err != nil || len(due) != 1 || !slices.Equal(due[0].Payload, j.Payload) {
		t.Errorf("due are %+v (%v)", due, err)
	}
	if of, err := again.Accept(t.Context(), uplinkExecution("d", "u1"), true, func() {}); err != nil || of != e.ID {
		t.Errorf("the uplink that came again is taken for %q (%v)", of, err)
	}
}

func TestAJournalIsNotReadTwice(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"), (*Tx).begin)
	if _, err := s.Accept(t.Context(), uplinkExecution("d", "u1"), true, func() {}); err != nil {
		t.Fatal(err)
	}
	s.must(t, func(tx *Tx) error { return tx.DeleteDevice("o", "d") })
	// The journal still holds the records that the database has taken: nothing follows in it.
	again := s.crash(t)
	s.must(t, func(tx *Tx) error { return tx.Exec("DELETE FROM executions") })
	if n := again.inDatabase(t, "SELECT count(*) FROM executions"); n != 1 {
		t.Errorf("%d executions", n)
	}
	if n := s.crash(t).inDatabase(t, "SELECT count(*) FROM executions"); n != 0 {
		t.Errorf("%d executions are back", n)
	}
}

func TestWhoLooksInTheDatabaseFindsAll(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"), (*Tx).begin)
	s.must(t, func(*Tx) error { s.quiet(); return nil })
	e := uplinkExecution("d", "u1")
	if _, err := s.Accept(t.Context(), e, true, func() {}); err != nil {
		t.Fatal(err)
	}
	if of, err := s.Accept(t.Context(), uplinkExecution("d", "u1"), true, func() {}); err != nil || of != e.ID {
		t.Errorf("the same uplink is taken for %q (%v)", of, err)
	}
	s.devices.Purge()
	s.must(t, raise("hot", "1"))
	s.devices.Purge()
	if state, err := s.Device(t.Context(), "o", "d"); err != nil || len(state.Alarms) != 1 {
		t.Errorf("the device is %+v (%v)", state, err)
	}
	if list, _, err := s.Executions(t.Context(), ExecutionQuery{Org: "o", Limit: 10}); err != nil || len(list) != 1 {
		t.Errorf("the list holds %d executions (%v)", len(list), err)
	}
	if list, _, err := s.Alarms(t.Context(), AlarmQuery{Org: "o", State: alarm.Active, Limit: 10}); err != nil || len(list) != 1 {
		t.Errorf("the list holds %d alarms (%v)", len(list), err)
	}
}

// What was promised is never in the way of everything else.
func TestARowThatContradictsTheDatabase(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"), raise("hot", "1"), (*Tx).begin)
	s.must(t, func(tx *Tx) error {
		tx.put(alarmRows, int64(77), "another", "o", "d", "hot", alarm.Active, nil, []byte("{}"))
		return nil
	})
	e := uplinkExecution("d", "u1")
	if _, err := s.Accept(t.Context(), e, false, func() {}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Execution(t.Context(), "o", e.ID); err != nil {
		t.Error(err)
	}
	if n := s.inDatabase(t, "SELECT count(*) FROM alarms"); n != 1 {
		t.Errorf("%d alarms", n)
	}
}

func TestADatabaseThatTakesNothingForAWhile(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"), func(tx *Tx) error { return tx.Exec("PRAGMA busy_timeout = 1") }, func(*Tx) error { s.quiet(); return nil })
	other, err := s.read.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for _, text := range []string{"PRAGMA query_only = 0", "BEGIN IMMEDIATE"} {
		if _, err := other.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	e := uplinkExecution("d", "u1")
	if _, err := s.Accept(t.Context(), e, true, func() {}); err != nil {
		t.Errorf("an uplink is refused while somebody else holds the database: %v", err)
	}
	if _, err := s.Execution(t.Context(), "o", e.ID); err == nil {
		t.Error("it is found where it cannot be")
	}
	if _, err := other.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Execution(t.Context(), "o", e.ID); err != nil {
		t.Error(err)
	}
}

func TestABackupHoldsWhatTheJournalHolds(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"), (*Tx).begin)
	s.must(t, func(*Tx) error { s.quiet(); return nil })
	e := uplinkExecution("d", "u1")
	if _, err := s.Accept(t.Context(), e, true, func() {}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := Backup(t.Context(), s.Dir(), filepath.Join(dir, FileName), false); err != nil {
		t.Fatal(err)
	}
	restored := openTest(t, dir, s.keys, s.now)
	if _, err := restored.Execution(t.Context(), "o", e.ID); err != nil {
		t.Error(err)
	}
}

func TestRowsAreReadAsTheyWereWritten(t *testing.T) {
	want := []row{
		{newJobs, []any{int64(1), "", nil, []byte{}, []byte("x"), int64(-5)}},
		{uplinkRows, []any{"o", "d", "ü", "e", int64(1 << 60)}},
	}
	var text []byte
	for _, r := range want {
		text = appendRow(text, r)
	}
	var got []row
	if err := readRows(text, func(r row) { got = append(got, r) }); err != nil || len(got) != 2 {
		t.Fatal(got, err)
	}
	for i := range want {
		if !slices.EqualFunc(got[i].values, want[i].values, func(a, b any) bool {
			x, ok := a.([]byte)
			if y, also := b.([]byte); ok && also {
				return slices.Equal(x, y)
			}
			return a == b
		}) {
			t.Errorf("%v, want %v", got[i], want[i])
		}
	}
	for at := range len(text) - 1 {
		if err := readRows(text[:at], func(row) {}); err == nil && at != len(appendRow(nil, want[0])) && at != 0 {
			t.Errorf("%d bytes of a record are read", at)
		}
	}
}

func FuzzReadRows(f *testing.F) {
	f.Add(appendRow(nil, row{uplinkRows, []any{"o", "d", "u", "e", int64(1)}}))
	f.Fuzz(func(t *testing.T, text []byte) {
		_ = readRows(text, func(r row) { _ = appendRow(nil, r) })
	})
}
