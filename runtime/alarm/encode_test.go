package alarm

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
)

func TestAppendJSONIsWhatMarshalWrites(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 123456789, time.UTC)
	for _, a := range []Alarm{
		{}, {NoticeGroups: []string{}},
		{ID: "i", EUI: "e", Name: "n", Level: "low", Title: "<t>\u2029", Desc: "热\n\"\\", State: Cleared, Count: -7, NoticeGroups: []string{"a", "b"},
			StartTime: at, UpdateTime: at.In(time.FixedZone("x", -90*60)), ClearedTime: at, RecoveryNote: "r", AcknowledgedBy: "me"},
	} {
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(a); err != nil {
			t.Fatal(err)
		}
		got, err := a.AppendJSON(nil)
		if err != nil || string(got)+"\n" != want.String() {
			t.Errorf("%s %v\nand not\n%s", got, err, &want)
		}
	}
	for i, a := range []Alarm{
		{StartTime: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}, {UpdateTime: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
		{ClearedTime: time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		if got, err := a.AppendJSON(nil); err == nil {
			t.Errorf("%d: %s", i, got)
		}
	}
}
