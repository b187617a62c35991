package alarm

import (
	"reflect"
	"testing"
	"time"
)

func TestApply(t *testing.T) {
	then, now := time.UnixMilli(1000).UTC(), time.UnixMilli(2000).UTC()
	active := Alarm{
		ID: "old", EUI: "d", Name: "hot", Level: "high", Title: "t", Desc: "d", State: Active, Count: 3,
		NoticeGroups: []string{"a"}, StartTime: then, UpdateTime: then, AcknowledgedBy: "ann",
	}
	cleared := active
	cleared.State, cleared.ClearedTime = Cleared, then
	raise := Change{Action: New, Name: "hot", NoticeGroups: []string{"b"}, Title: "t", Desc: "d", Level: "high"}
	end := Change{Action: Clear, Name: "hot", Title: "other", Desc: "well again", Level: "low"}
	raised := Alarm{
		ID: "new", EUI: "d", Name: "hot", Level: "high", Title: "t", Desc: "d", State: Active, Count: 1,
		NoticeGroups: []string{"b"}, StartTime: now, UpdateTime: now,
	}
	with := func(a Alarm, fn func(*Alarm)) Alarm { fn(&a); return a }
	but := func(fn func(*Change)) Change { c := raise; fn(&c); return c }
	again := with(active, func(a *Alarm) { a.Count, a.UpdateTime, a.NoticeGroups = 4, now, []string{"b"} })
	for _, c := range []struct {
		name    string
		current Alarm
		change  Change
		want    Alarm
		event   Event
	}{
		{"raised", Alarm{}, raise, raised, Raised},
		{"raised after it was cleared", cleared, raise, raised, Raised},
		{"raised just so", active, raise, again, Counted},
		{"another title", active, but(func(c *Change) { c.Title = "x" }), with(again, func(a *Alarm) { a.Title = "x" }), Changed},
		{"another desc", active, but(func(c *Change) { c.Desc = "x" }), with(again, func(a *Alarm) { a.Desc = "x" }), Changed},
		{"another level", active, but(func(c *Change) { c.Level = "low" }), with(again, func(a *Alarm) { a.Level = "low" }), Changed},
		{"cleared", active, end, with(active, func(a *Alarm) {
			a.State, a.ClearedTime, a.UpdateTime, a.RecoveryNote = Cleared, now, now, "well again"
		}), Ended},
		{"clear of nothing", Alarm{}, end, Alarm{}, None},
		{"clear of what is cleared", cleared, end, cleared, None},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := c.current
			got, event := Apply(c.current, "d", c.change, "new", now)
			if !reflect.DeepEqual(got, c.want) || event != c.event {
				t.Errorf("%q\n got %+v\nwant %q\n     %+v", event, got, c.event, c.want)
			}
			if !reflect.DeepEqual(c.current, before) {
				t.Errorf("the alarm before has changed: %+v", c.current)
			}
		})
	}
}

func TestScriptView(t *testing.T) {
	if got := string(ScriptView(nil)); got != "{}" {
		t.Errorf("no alarms are %s", got)
	}
	got := string(ScriptView(map[string]Alarm{"hot\"": {
		ID: "x", Title: "t", Desc: "d", Level: "low", Count: 2, StartTime: time.UnixMilli(1), UpdateTime: time.UnixMilli(2), AcknowledgedBy: "ann",
	}}))
	if want := `{"hot\"":{"title":"t","desc":"d","level":"low","start_time":1,"update_time":2,"count":2}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestLevels(t *testing.T) {
	for level, want := range map[string]bool{"low": true, "mid": true, "high": true, "urgent": true, "": false, "HIGH": false, "critical": false} {
		if ValidLevel(level) != want {
			t.Errorf("%q is a level: %v", level, !want)
		}
	}
}
