package deliver_test

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/deliver"
)

func TestARecordIsWrittenAsMarshalWritesIt(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 123456789, time.UTC)
	failed := deliver.Attempt{
		Number: 2, At: at, DurationMS: 1.25, Status: 503, Reply: "<busy>\n", Outcome: deliver.Transient, Part: "2/3", Merged: 4,
		Error:      &deliver.Error{Code: "http_503", Message: "a \"b\"\u2028", Remedy: "wait & see"},
		RetryAfter: time.Second, Ours: true, Payload: []byte("x"), Refused: true, Unfinished: true,
	}
	for _, r := range []deliver.Record{
		{}, {Attempts: []deliver.Attempt{}}, {Attempts: []deliver.Attempt{{}}},
		{Attempts: []deliver.Attempt{{DurationMS: 1e-9}, {DurationMS: 1e30}, {DurationMS: 12345.678}}},
		{Script: "s", Told: &deliver.Told{Event: "raise", AlarmID: "a", Service: "s", Target: "t", Rule: "r"}, Outcome: "o",
			Error: &deliver.Error{Code: "c", Message: "m"}, Tries: 3, Attempts: []deliver.Attempt{failed, failed}, Turn: at},
	} {
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(r); err != nil {
			t.Fatal(err)
		}
		got, err := r.AppendJSON(nil)
		if err != nil {
			t.Fatal(err)
		}
		if string(got)+"\n" != want.String() {
			t.Errorf("%s\nand not\n%s", got, &want)
		}
	}
	for i, r := range []deliver.Record{
		{Turn: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}, {Attempts: []deliver.Attempt{{DurationMS: math.NaN()}}},
		{Attempts: []deliver.Attempt{{At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}}},
	} {
		if got, err := r.AppendJSON(nil); err == nil {
			t.Errorf("%d: %s", i, got)
		}
	}
}
