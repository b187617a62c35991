package store

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
)

// table is where a row of the hot path goes. The numbers stand in journals.
type table byte

const (
	executionRows table = 1
	deviceRows    table = 2
	alarmRows     table = 3
	uplinkRows    table = 4
	newJobs       table = 5
	changedJobs   table = 6 // of jobs that have a row: what of it never changes is left alone
)

// inserts write rows, whose values are the parameters in this order.
var inserts = map[table]insert{
	executionRows: {"executions (seq, id, org, eui, state, doc)", 6, "ON CONFLICT (seq) DO UPDATE SET state = excluded.state, doc = excluded.doc"},
	deviceRows:    {"devices (org, eui, doc)", 3, "ON CONFLICT (org, eui) DO UPDATE SET doc = excluded.doc"},
	alarmRows: {"alarms (seq, id, org, eui, name, state, cleared_at, doc)", 8,
		"ON CONFLICT (seq) DO UPDATE SET state = excluded.state, cleared_at = excluded.cleared_at, doc = excluded.doc"},
	uplinkRows: {"uplink_ids (org, eui, id, execution_id, seen_at)", 5,
		"ON CONFLICT (org, eui, id) DO UPDATE SET execution_id = excluded.execution_id, seen_at = excluded.seen_at"},
	newJobs: {"jobs (seq, id, org, eui, execution_id, execution, kind, state, scheduled_at, follows, wait_ms, destination, payload, doc, created_at, finished_at)", 16, ""},
}

type insert struct {
	into    string
	columns int
	clash   string // what happens to a row that is there
}

// atOnce is how many rows of a table one statement writes when there are as many: each costs less then.
var atOnce = [...]int{64, 16}

// updateJob is the statement for changedJobs. Nobody needs the payload of what is completed; one that is not
// given stays.
const updateJob = `UPDATE jobs SET state = ?2, scheduled_at = ?3, payload = CASE WHEN ?2 = 'completed' THEN NULL ELSE coalesce(?4, payload) END, doc = ?5, finished_at = ?6
	WHERE seq = ?1`

// statements write a row of a table, manyStatements atOnce of them.
var statements, manyStatements = func() (one map[table]string, many map[table][len(atOnce)]string) {
	one, many = map[table]string{changedJobs: updateJob}, map[table][len(atOnce)]string{}
	for t, i := range inserts {
		row := "(?" + strings.Repeat(", ?", i.columns-1) + ")"
		one[t] = "INSERT INTO " + i.into + " VALUES " + row + " " + i.clash
		var texts [len(atOnce)]string
		for size, rows := range atOnce {
			texts[size] = "INSERT INTO " + i.into + " VALUES " + row + strings.Repeat(", "+row, rows-1) + " " + i.clash
		}
		many[t] = texts
	}
	return one, many
}()

// Places of values in the row of a new job, and in that of a changed one.
const (
	jobState, jobScheduled, jobPayload, jobDoc, jobFinished                         = 7, 8, 12, 13, 15
	changedState, changedScheduled, changedPayload, changedDoc, changedFinished     = 1, 2, 3, 4, 5
	uplinkRowExecution, uplinkRowSeen, alarmRowState, deviceRowDoc              int = 3, 4, 5, 2
)

// rowKey names a row: by its seq, or by name where it has none.
type rowKey struct {
	table table // of a job: newJobs
	seq   int64
	name  string
}

// row is a row that is to be written. Its values are int64, string, []byte or nil.
type row struct {
	table  table
	values []any
}

func (r row) key() rowKey {
	switch r.table {
	case deviceRows:
		return rowKey{table: deviceRows, name: deviceKey{r.values[0].(string), r.values[1].(string)}.String()}
	case uplinkRows:
		return uplinkRowKey(r.values[0].(string), r.values[1].(string), r.values[2].(string))
	case newJobs, changedJobs:
		return rowKey{table: newJobs, seq: r.values[0].(int64)}
	default:
		return rowKey{table: r.table, seq: r.values[0].(int64)}
	}
}

func uplinkRowKey(org, eui, id string) rowKey {
	return rowKey{table: uplinkRows, name: deviceKey{org, eui}.String() + "\x00" + id}
}

// rows are rows that are not in the database yet, each as it is at last.
type rows struct {
	byKey map[rowKey]row
}

// roomKept is for how many rows of a group there is room for the next group's.
const roomKept = 1000

// reset forgets the rows and keeps the room for others.
func (r *rows) reset() {
	if len(r.byKey) > roomKept {
		r.byKey = nil
	}
	clear(r.byKey)
}

func (r *rows) put(next row) {
	if r.byKey == nil {
		r.byKey = map[rowKey]row{}
	}
	key := next.key()
	if previous, ok := r.byKey[key]; ok {
		next = next.after(previous)
	}
	r.byKey[key] = next
}

// size is about how many bytes a row takes.
func (r row) size() int {
	size := 200
	for _, v := range r.values {
		if b, ok := v.([]byte); ok {
			size += len(b)
		}
	}
	return size
}

// after returns the row when the change r comes after previous.
func (r row) after(previous row) row {
	if r.table != changedJobs {
		return r
	}
	payload := jobPayload
	if previous.table == changedJobs {
		payload = changedPayload
	}
	kept := previous.values[payload]
	if r.values[changedPayload] != nil {
		kept = r.values[changedPayload]
	}
	if r.values[changedState] == string(deliver.Completed) {
		kept = nil
	}
	values := slices.Clone(previous.values)
	if previous.table == changedJobs {
		values = slices.Clone(r.values)
	} else {
		values[jobState], values[jobScheduled] = r.values[changedState], r.values[changedScheduled]
		values[jobDoc], values[jobFinished] = r.values[changedDoc], r.values[changedFinished]
	}
	values[payload] = kept
	return row{previous.table, values}
}

// ordered are the rows as they can be written one after the other: along the tables' own order, and alarms
// that ended before those that are active, because only one of a name may be active.
func (r *rows) ordered() []row {
	type place struct {
		rowKey
		active bool // of an alarm
		row    row
	}
	places := make([]place, 0, len(r.byKey))
	for key, row := range r.byKey {
		places = append(places, place{key, key.table == alarmRows && row.values[alarmRowState] == alarm.Active, row})
	}
	slices.SortFunc(places, func(a, b place) int {
		switch {
		case a.table != b.table:
			return cmp.Compare(a.table, b.table)
		case a.active != b.active && b.active:
			return -1
		case a.active != b.active:
			return 1
		case a.seq != b.seq:
			return cmp.Compare(a.seq, b.seq)
		default:
			return strings.Compare(a.name, b.name)
		}
	})
	out := make([]row, len(places))
	for i := range places {
		out[i] = places[i].row
	}
	return out
}

// Types of values in a journal.
const (
	nothing byte = iota
	number
	words
	blob
)

// appendRow writes a row as readRows reads it.
func appendRow(b []byte, r row) []byte {
	b = append(b, byte(r.table), byte(len(r.values)))
	for _, v := range r.values {
		switch v := v.(type) {
		case nil:
			b = append(b, nothing)
		case int64:
			b = binary.AppendVarint(append(b, number), v)
		case string:
			b = binary.AppendUvarint(append(b, words), uint64(len(v)))
			b = append(b, v...)
		case []byte:
			b = binary.AppendUvarint(append(b, blob), uint64(len(v)))
			b = append(b, v...)
		default:
			panic(fmt.Sprintf("store: a value of type %T in a row", v))
		}
	}
	return b
}

var errJournal = errors.New("a record of the journal cannot be read: it was written by another version, or changed")

// readRows calls each for every row of a record.
func readRows(b []byte, each func(row)) error {
	for len(b) > 0 {
		if len(b) < 2 || statements[table(b[0])] == "" {
			return errJournal
		}
		r := row{table(b[0]), make([]any, b[1])}
		b = b[2:]
		for i := range r.values {
			var ok bool
			if r.values[i], b, ok = readValue(b); !ok {
				return errJournal
			}
		}
		each(r)
	}
	return nil
}

func readValue(b []byte) (value any, rest []byte, ok bool) {
	if len(b) == 0 {
		return nil, nil, false
	}
	kind, b := b[0], b[1:]
	switch kind {
	case nothing:
		return nil, b, true
	case number:
		v, n := binary.Varint(b)
		if n <= 0 {
			return nil, nil, false
		}
		return v, b[n:], true
	case words, blob:
		length, n := binary.Uvarint(b)
		if n <= 0 || length > uint64(len(b)-n) {
			return nil, nil, false
		}
		text := b[n : n+int(length)]
		if b = b[n+int(length):]; kind == words {
			return string(text), b, true
		}
		return text, b, true
	default:
		return nil, nil, false
	}
}
