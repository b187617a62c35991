package notify_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/notify"
)

// noon is a time outside the quiet hours of every rule here.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func overheat(level string) alarm.Alarm {
	return alarm.Alarm{ID: "a", EUI: "d1", Name: "overheat", Level: level, Title: "Too hot", State: alarm.Active}
}

func coldRoom() device.Device {
	return device.Device{EUI: "d1", Name: "Cold room 2", Tags: []string{"cold-room", "north"}}
}

func change(event alarm.Event, level string) notify.Change {
	c := notify.Change{Event: event, Alarm: overheat(level), LevelBefore: level, Device: coldRoom(), At: noon}
	if event == alarm.Ended {
		c.Alarm.State = alarm.Cleared
	}
	return c
}

// ruleFor tells one service of everything.
func ruleFor(service string) notify.Rule {
	return notify.Rule{Name: "to " + service, Services: []string{service}, On: notify.Events, Enabled: true}
}

func setOf(rules ...notify.Rule) *notify.Set {
	return notify.NewSet([]notify.Service{{Name: "s"}, {Name: "t"}, {Name: "u"}}, rules)
}

// told lists messages as service=event@rule, with the time of those that wait.
func told(messages []notify.Message) string {
	var out []string
	for _, m := range messages {
		text := m.Service + "=" + string(m.Event) + "@" + m.Rule
		if !m.At.Equal(noon) {
			text += m.At.Format(" 01-02T15:04Z")
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func TestWhatARuleIsAbout(t *testing.T) {
	for name, c := range map[string]struct {
		narrow func(*notify.Rule)
		tells  bool
	}{
		"everything":          {func(*notify.Rule) {}, true},
		"disabled":            {func(r *notify.Rule) { r.Enabled = false }, false},
		"another event":       {func(r *notify.Rule) { r.On = []alarm.Event{alarm.Ended, alarm.Changed} }, false},
		"its level":           {func(r *notify.Rule) { r.Levels = []string{"urgent", "high"} }, true},
		"another level":       {func(r *notify.Rule) { r.Levels = []string{"urgent"} }, false},
		"its name":            {func(r *notify.Rule) { r.AlarmName = "overheat" }, true},
		"a glob":              {func(r *notify.Rule) { r.AlarmName = "over*" }, true},
		"a glob in between":   {func(r *notify.Rule) { r.AlarmName = "o?er[hx]*t" }, true},
		"another glob":        {func(r *notify.Rule) { r.AlarmName = "over" }, false},
		"case counts":         {func(r *notify.Rule) { r.AlarmName = "Over*" }, false},
		"one of its tags":     {func(r *notify.Rule) { r.Tags = []string{"south", "north"} }, true},
		"another tag":         {func(r *notify.Rule) { r.Tags = []string{"south"} }, false},
		"its device":          {func(r *notify.Rule) { r.Devices = []string{"d0", "d1"} }, true},
		"another device":      {func(r *notify.Rule) { r.Devices = []string{"d2"} }, false},
		"device but not tag":  {func(r *notify.Rule) { r.Devices, r.Tags = []string{"d1"}, []string{"south"} }, false},
		"a service that went": {func(r *notify.Rule) { r.Services = []string{"gone"} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := ruleFor("s")
			c.narrow(&r)
			want := ""
			if c.tells {
				want = "s=raise@to s"
			}
			if got := told(setOf(r).Messages(change(alarm.Raised, "high"))); got != want {
				t.Errorf("told is %q, want %q", got, want)
			}
		})
	}
	slashed := change(alarm.Raised, "high")
	slashed.Alarm.Name = "room/over/heat"
	r := ruleFor("s")
	r.AlarmName = "room*heat"
	if told(setOf(r).Messages(slashed)) == "" {
		t.Error("a slash in an alarm's name ends a *")
	}
}

func TestWhatAnEventIsToARule(t *testing.T) {
	on := func(list string) (events []alarm.Event) {
		for event := range strings.FieldsSeq(list) {
			events = append(events, alarm.Event(event))
		}
		return events
	}
	for _, c := range []struct{ on, event, before, after, want string }{
		{"raise clear", "raise", "", "high", "raise"},
		{"raise clear", "clear", "", "high", "clear"},
		{"raise", "clear", "", "high", ""},
		{"clear", "raise", "", "high", ""},
		{"raise clear", "count", "high", "high", ""},
		{"raise clear", "change", "high", "high", ""},
		{"raise clear change", "change", "high", "high", "change"},
		{"raise clear change", "change", "high", "urgent", "change"},
		{"raise clear", "raise", "", "low", ""},
		{"raise clear", "change", "low", "mid", ""},
		{"raise clear", "change", "low", "urgent", "raise"},
		{"change", "change", "low", "urgent", "change"},
		{"clear", "change", "low", "urgent", ""},
		{"raise clear", "change", "urgent", "low", "change"},
		{"raise", "change", "urgent", "low", ""},
		{"change", "change", "urgent", "low", "change"},
		{"raise clear", "clear", "", "low", ""},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			r := ruleFor("s")
			r.On, r.Levels = on(c.on), []string{"high", "urgent"}
			happened := change(alarm.Event(c.event), c.after)
			happened.LevelBefore = c.before
			want := ""
			if c.want != "" {
				want = "s=" + c.want + "@to s"
			}
			if got := told(setOf(r).Messages(happened)); got != want {
				t.Errorf("told is %q, want %q", got, want)
			}
		})
	}
}

func TestAServiceGetsOneMessage(t *testing.T) {
	quiet := &notify.QuietHours{From: "11:00", To: "13:00"}
	rule := func(name string, q *notify.QuietHours, services ...string) notify.Rule {
		return notify.Rule{Name: name, Services: services, On: notify.Events, QuietHours: q, Enabled: true}
	}
	for name, c := range map[string]struct {
		rules  []notify.Rule
		groups []string
		want   string
	}{
		"two rules":              {[]notify.Rule{rule("b", nil, "s", "t"), rule("a", nil, "s", "s")}, nil, "s=raise@a, t=raise@b"},
		"rule and alarm":         {[]notify.Rule{rule("a", nil, "s")}, []string{"t", "s", "nobody"}, "s=raise@a, t=raise@"},
		"alarm before quiet":     {[]notify.Rule{rule("a", quiet, "s", "t")}, []string{"s"}, "s=raise@, t=raise@a 11-22T13:00Z"},
		"loud rule before quiet": {[]notify.Rule{rule("a", quiet, "s"), rule("b", nil, "s")}, nil, "s=raise@b"},
	} {
		t.Run(name, func(t *testing.T) {
			happened := change(alarm.Raised, "high")
			happened.Groups = c.groups
			if got := told(setOf(c.rules...).Messages(happened)); got != c.want {
				t.Errorf("told is %q, want %q", got, c.want)
			}
		})
	}
}

func TestGroupsHearOfChangesOfTheLevel(t *testing.T) {
	for before, want := range map[string]string{"high": "", "low": "s=change@"} {
		happened := change(alarm.Changed, "high")
		happened.LevelBefore, happened.Groups = before, []string{"s"}
		if got := told(setOf().Messages(happened)); got != want {
			t.Errorf("from %s to high: told is %q, want %q", before, got, want)
		}
	}
	if got := setOf().Unknown([]string{"s", "x", "x", "y"}); fmt.Sprint(got) != "[x y]" {
		t.Errorf("unknown are %v", got)
	}
}

func TestQuietHours(t *testing.T) {
	for _, c := range []struct{ from, to, zone, at, until string }{
		{"22:00", "07:00", "", "2026-11-22T21:59:59Z", ""},
		{"22:00", "07:00", "", "2026-11-22T22:00:00Z", "2026-11-23T07:00:00Z"},
		{"22:00", "07:00", "", "2026-12-31T23:30:00Z", "2027-01-01T07:00:00Z"},
		{"22:00", "07:00", "", "2026-11-22T03:00:00Z", "2026-11-22T07:00:00Z"},
		{"22:00", "07:00", "", "2026-11-22T06:59:59Z", "2026-11-22T07:00:00Z"},
		{"22:00", "07:00", "", "2026-11-22T07:00:00Z", ""},
		{"12:00", "13:30", "", "2026-11-22T13:29:00Z", "2026-11-22T13:30:00Z"},
		{"12:00", "13:30", "", "2026-11-22T13:30:00Z", ""},
		{"22:00", "00:00", "", "2026-11-22T23:30:00Z", "2026-11-23T00:00:00Z"},
		{"22:00", "07:00", "Asia/Shanghai", "2026-11-22T14:30:00Z", "2026-11-22T23:00:00Z"},
		{"22:00", "07:00", "Asia/Shanghai", "2026-11-22T23:00:00Z", ""},
		// The night of 29 March 2026 has no 02:30 in Berlin, that of 25 October has it twice.
		{"22:00", "02:30", "Europe/Berlin", "2026-03-29T00:45:00Z", "2026-03-29T01:00:00Z"},
		{"22:00", "02:00", "Europe/Berlin", "2026-03-29T00:45:00Z", "2026-03-29T01:00:00Z"},
		{"22:00", "03:00", "Europe/Berlin", "2026-03-29T00:45:00Z", "2026-03-29T01:00:00Z"},
		{"22:00", "07:00", "Europe/Berlin", "2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z"},
		{"22:00", "07:00", "Europe/Berlin", "2026-10-24T21:00:00Z", "2026-10-25T06:00:00Z"},
		{"22:00", "02:30", "Europe/Berlin", "2026-10-24T20:00:00Z", "2026-10-25T00:30:00Z"},
		{"22:00", "02:30", "Europe/Berlin", "2026-10-25T00:15:00.5Z", "2026-10-25T00:30:00Z"},
		{"22:00", "02:30", "Europe/Berlin", "2026-10-25T00:45:00Z", ""},
		{"22:00", "02:30", "Europe/Berlin", "2026-10-25T01:15:00Z", "2026-10-25T01:30:00Z"},
		// New York: 02:00 to 03:00 on 8 March is not there, 01:00 to 02:00 on 1 November is there twice.
		{"21:00", "02:15", "America/New_York", "2026-03-08T05:00:00Z", "2026-03-08T07:00:00Z"},
		{"21:00", "06:00", "America/New_York", "2026-03-08T06:59:59Z", "2026-03-08T10:00:00Z"},
		{"21:00", "01:30", "America/New_York", "2026-11-01T04:00:00Z", "2026-11-01T05:30:00Z"},
		{"21:00", "06:00", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T11:00:00Z"},
		{"12:00", "11:45", "America/New_York", "2026-11-01T03:00:00Z", "2026-11-01T16:45:00Z"},
		// Lord Howe's clocks move by half an hour: 02:00 to 02:30 on 4 October, back 02:00 to 01:30 on 5 April.
		{"22:00", "02:15", "Australia/Lord_Howe", "2026-10-03T14:00:00Z", "2026-10-03T15:30:00Z"},
		{"22:00", "07:00", "Australia/Lord_Howe", "2026-10-03T14:00:00Z", "2026-10-03T20:00:00Z"},
		{"22:00", "01:45", "Australia/Lord_Howe", "2026-04-04T14:00:00Z", "2026-04-04T14:45:00Z"},
		{"22:00", "07:00", "Australia/Lord_Howe", "2026-04-04T14:00:00Z", "2026-04-04T20:30:00Z"},
		// Santiago's clocks move at midnight, Casablanca's go back before Ramadan, Samoa left out 30 December 2011.
		{"20:00", "00:30", "America/Santiago", "2026-09-06T03:30:00Z", "2026-09-06T04:00:00Z"},
		{"20:00", "23:30", "America/Santiago", "2026-04-05T02:10:00Z", "2026-04-05T02:30:00Z"},
		{"22:00", "02:30", "Africa/Casablanca", "2026-02-15T00:00:00Z", "2026-02-15T01:30:00Z"},
		{"22:00", "07:00", "Pacific/Apia", "2011-12-30T09:00:00Z", "2011-12-30T10:00:00Z"},
	} {
		t.Run(c.zone+c.at, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, c.at)
			if err != nil {
				t.Fatal(err)
			}
			want := c.until
			if want == "" {
				want = c.at
			}
			own := notify.Rule{QuietHours: &notify.QuietHours{From: c.from, To: c.to, TimeZone: c.zone}}
			if got := own.TellAt(at, "America/New_York").Format(time.RFC3339); c.zone != "" && got != want {
				t.Errorf("in the rule's zone it is told at %s, want %s", got, want)
			}
			inherited := notify.Rule{QuietHours: &notify.QuietHours{From: c.from, To: c.to}}
			if got := inherited.TellAt(at, c.zone).Format(time.RFC3339); got != want {
				t.Errorf("in the organisation's zone it is told at %s, want %s", got, want)
			}
		})
	}
}

func TestReminders(t *testing.T) {
	every := func(name string, minutes int, service string) notify.Rule {
		return notify.Rule{Name: name, Services: []string{service}, On: notify.Events, RepeatMinutes: minutes, Enabled: true}
	}
	quiet, other, off := every("quiet", 10, "t"), every("other", 5, "s"), every("off", 5, "s")
	quiet.QuietHours, other.Levels, off.Enabled = &notify.QuietHours{From: "11:00", To: "13:00"}, []string{"low"}, false
	s := setOf(every("a", 30, "s"), every("b", 10, "s"), every("c", 0, "u"), quiet, other, off, every("d", 1, "gone"))
	for name, c := range map[string]struct {
		change func(*notify.Change)
		want   string
	}{
		"the soonest, after quiet hours": {func(*notify.Change) {}, "s@b 10m0s, t@quiet 1h10m0s"},
		"acknowledged":                   {func(c *notify.Change) { c.Alarm.AcknowledgedBy = "otto" }, ""},
		"cleared":                        {func(c *notify.Change) { c.Alarm.State = alarm.Cleared }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			happened := change(alarm.Raised, "high")
			c.change(&happened)
			var got []string
			for _, r := range s.Reminders(happened) {
				got = append(got, fmt.Sprintf("%s@%s %s", r.Service, r.Rule, r.At.Sub(noon)))
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("reminders are %v, want %q", got, c.want)
			}
		})
	}
}

func TestBadRulesAreRefusedByPlace(t *testing.T) {
	good := notify.Rule{
		Services: []string{"s"}, On: []alarm.Event{"raise"}, Levels: []string{"low"}, AlarmName: "a*", Tags: []string{"t"}, Devices: []string{"d1"},
		Template: "{{device}} is hot", RepeatMinutes: 5, QuietHours: &notify.QuietHours{From: "22:00", To: "07:00", TimeZone: "Asia/Shanghai"},
	}
	if err := good.Check(); err != nil {
		t.Errorf("a good rule: %v", err)
	}
	for place, spoil := range map[string]func(*notify.Rule){
		"services":              func(r *notify.Rule) { r.Services = nil },
		"on":                    func(r *notify.Rule) { r.On, r.RepeatMinutes = nil, 0 },
		"on[1]":                 func(r *notify.Rule) { r.On = append(r.On, "count") },
		"levels[1]":             func(r *notify.Rule) { r.Levels = []string{"low", "loud"} },
		"alarm_name":            func(r *notify.Rule) { r.AlarmName = "[" },
		"tags[0]":               func(r *notify.Rule) { r.Tags = []string{""} },
		"devices[0]":            func(r *notify.Rule) { r.Devices = []string{"no EUI"} },
		"template":              func(r *notify.Rule) { r.Template = "{{devise}}" },
		"repeat_minutes":        func(r *notify.Rule) { r.RepeatMinutes = -1 },
		"quiet_hours.from":      func(r *notify.Rule) { r.QuietHours.From = "7:00" },
		"quiet_hours.to":        func(r *notify.Rule) { r.QuietHours.To = "22:00" },
		"quiet_hours.time_zone": func(r *notify.Rule) { r.QuietHours.TimeZone = "Local" },
	} {
		r, hours := good, *good.QuietHours
		r.QuietHours = &hours
		spoil(&r)
		bad, ok := r.Check().(invalid.Error)
		if !ok || len(bad) != 1 || bad[0].Location != place {
			t.Errorf("%s: the error is %v", place, r.Check())
		}
	}
	tooLong := good
	tooLong.Template = strings.Repeat("x", 9<<10)
	onlyClear := good
	onlyClear.On = []alarm.Event{alarm.Ended}
	for _, r := range []notify.Rule{tooLong, onlyClear} {
		if r.Check() == nil {
			t.Errorf("%+v is not refused", r)
		}
	}
}

func TestNames(t *testing.T) {
	for name, good := range map[string]bool{
		"on-call": true, "WeCom on call": true, "值班群": true, "Team A&B": true, "": false, "a/b": false, " a": false, "types": false, "import": false, "a\n": false,
	} {
		if err := notify.CheckName(name); (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		}
	}
}
