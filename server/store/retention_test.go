package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/dispatch"
)

const day = 24 * time.Hour

var keptForADay = Retention{Executions: day, Deliveries: day, Alarms: day, Audit: day}

func TestSweepRemovesWhatIsOverAndOld(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"))
	keep := map[string]bool{}
	for _, age := range []time.Duration{day - time.Minute, day + time.Minute} {
		made, old := noon.Add(-age), age > day
		for _, state := range []string{dispatch.Queued, dispatch.Waiting, dispatch.Completed, dispatch.Failed} {
			e := execution(state, made)
			s.commit(t, dispatch.Effects{Execution: e, New: true})
			keep[e.ID] = !old || state == dispatch.Queued || state == dispatch.Waiting
		}
		for _, state := range deliver.States {
			j := job(deliver.KindRequest)
			j.ID, j.State = idAt(made), state
			s.queue(t, j)
			keep[j.ID] = !old || !state.Finished()
		}
		for _, state := range []string{alarm.Active, alarm.Cleared} {
			a := alarm.Alarm{ID: idAt(made), EUI: "d", Name: fmt.Sprint(age, state), State: state, StartTime: made}
			if state == alarm.Cleared {
				a.ClearedTime = made
			}
			s.must(t, func(tx *Tx) error { return tx.PutAlarm("o", a) })
			keep[a.ID] = !old || state == alarm.Active
		}
		id := fmt.Sprint("uplink", age)
		s.must(t, func(tx *Tx) error {
			return tx.Exec("INSERT INTO uplink_ids (org, eui, id, execution_id, seen_at) VALUES ('o', 'd', ?, '', ?)", id, millis(made))
		}, func(tx *Tx) error {
			return tx.Exec("INSERT INTO audit (seq, id, org, time, actor, action, target) VALUES (?, ?, 'o', ?, '', '', '')", int64(age), "audit"+id, millis(made))
		})
		keep[id], keep["audit"+id] = !old, !old
		if err := s.PutCacheValue(t.Context(), "o", "s", id, []byte("1"), made.Add(day)); err != nil {
			t.Fatal(err)
		}
		keep["cache"+id] = !old
	}
	// Cleared just now, raised long ago: the history of a year begins when it ends.
	late := alarm.Alarm{ID: idAt(noon.Add(-9 * day)), EUI: "d", Name: "late", State: alarm.Cleared, ClearedTime: noon}
	s.must(t, func(tx *Tx) error { return tx.PutAlarm("o", late) })
	keep[late.ID] = true

	removed, err := s.Sweep(t.Context(), keptForADay)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	err = queryRows(t.Context(), s.read, `SELECT id FROM executions UNION ALL SELECT id FROM jobs UNION ALL SELECT id FROM alarms
		UNION ALL SELECT id FROM uplink_ids UNION ALL SELECT id FROM audit UNION ALL SELECT 'cache' || key FROM script_cache`, nil, func(scan func(...any) error) error {
		var id string
		defer func() { found[id] = true }()
		return scan(&id)
	})
	if err != nil {
		t.Fatal(err)
	}
	gone := int64(0)
	for id, wanted := range keep {
		if !wanted {
			gone++
		}
		if found[id] != wanted {
			t.Errorf("%s: there is %v, want %v", id, found[id], wanted)
		}
	}
	if removed != gone {
		t.Errorf("it says that it removed %d rows, want %d", removed, gone)
	}
}

func TestSweepGoesOnAfterOneBatch(t *testing.T) {
	s := newTest(t)
	s.must(t, func(tx *Tx) error {
		for i := range 2*sweepBatch + 1 {
			if err := tx.Exec("INSERT INTO uplink_ids (org, eui, id, execution_id, seen_at) VALUES ('o', 'd', ?, '', 0)", fmt.Sprint(i)); err != nil {
				return err
			}
		}
		return nil
	})
	if removed, err := s.Sweep(t.Context(), keptForADay); err != nil || removed != 2*sweepBatch+1 {
		t.Errorf("removed %d (%v)", removed, err)
	}
	if left := s.notes(t); len(left) != 0 {
		t.Errorf("%d are left", len(left))
	}
}

func TestScriptCache(t *testing.T) {
	now := noon
	s := newTest(t)
	s.now = func() time.Time { return now }
	put := func(org, script, key, value string, ttl time.Duration) {
		t.Helper()
		if err := s.PutCacheValue(t.Context(), org, script, key, []byte(value), now.Add(ttl)); err != nil {
			t.Fatal(err)
		}
	}
	want := func(org, script, key, value string) {
		t.Helper()
		if got, err := s.CacheValue(t.Context(), org, script, key); err != nil || string(got) != value {
			t.Errorf("%s %s %s: %q (%v), want %q", org, script, key, got, err, value)
		}
	}
	s.must(t, func(tx *Tx) error { return tx.PutOrg(Org{Code: "p", Name: "p"}) })
	put("o", "s", "k", `"first"`, time.Minute)
	put("o", "s", "k", `"second"`, time.Hour)
	put("o", "r", "k", `"of r"`, time.Minute)
	put("p", "s", "k", `"of p"`, time.Minute)
	want("o", "s", "k", `"second"`)
	want("o", "r", "k", `"of r"`)
	want("p", "s", "k", `"of p"`)
	want("o", "s", "other", "")
	now = now.Add(time.Minute)
	want("o", "r", "k", "")
	want("o", "s", "k", `"second"`)
	var sealed []byte
	if err := queryRow(t.Context(), s.read, "SELECT value FROM script_cache WHERE org = 'o' AND script = 's'", nil, &sealed); err != nil || slices.Equal(sealed, []byte(`"second"`)) {
		t.Errorf("at rest it is %q (%v)", sealed, err)
	}
}
