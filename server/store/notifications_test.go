package store

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/runtime/notify"
	"github.com/tripline/tripline/runtime/platform"
	"github.com/tripline/tripline/runtime/platform/wecom"
)

// told is a store with a service, a device and a clock that a test moves.
type told struct {
	*testing.T
	*testStore
	clock time.Time
}

const hookKey = "key-of-the-bot-0123456789"

func newTold(t *testing.T) *told {
	t.Helper()
	w := &told{T: t, testStore: newTest(t), clock: noon}
	w.now, w.services = func() time.Time { return w.clock }, []platform.Service{wecom.Service{}}
	w.do(putDevice("d"), func(tx *Tx) error {
		return tx.PutNotificationService("o", notify.Service{Name: "s", Type: "wecom",
			Settings: json.RawMessage(`{"groups":[{"name":"a","webhook_url":"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=` + hookKey + `"}]}`)})
	})
	return w
}

func (w *told) do(transactions ...func(*Tx) error) {
	w.Helper()
	for _, fn := range transactions {
		if err := w.Write(w.Context(), fn); err != nil {
			w.Fatal(err)
		}
	}
}

func (w *told) rule(change func(*notify.Rule)) {
	w.Helper()
	r := notify.Rule{Name: "r", Services: []string{"s"}, On: []alarm.Event{alarm.Raised, alarm.Ended}, Enabled: true}
	if change != nil {
		change(&r)
	}
	w.do(func(tx *Tx) error { return tx.PutNotificationRule("o", r) })
}

// alarm raises or clears the alarm hot, and returns the notifications that this queues.
func (w *told) alarm(action, level string) string {
	w.Helper()
	var jobs []*deliver.Job
	w.do(func(tx *Tx) (err error) {
		_, jobs, err = tx.ChangeAlarm("o", dispatch.Change{EUI: "d", At: w.clock, AlarmID: w.NewID(),
			Alarm: &alarm.Change{Action: action, Name: "hot", Level: level, Title: "Hot", Desc: "note of " + action}})
		return err
	})
	return w.events(jobs)
}

// later moves the clock and returns what is told then.
func (w *told) later(d time.Duration) string {
	w.Helper()
	w.clock = w.clock.Add(d)
	jobs, more, err := w.TellDue(w.Context(), 100)
	if err != nil || more {
		w.Fatal(more, err)
	}
	return w.events(jobs)
}

// events lists what notifications tell, and checks that they are queued.
func (w *told) events(jobs []*deliver.Job) string {
	w.Helper()
	var out []string
	for _, j := range jobs {
		stored, err := w.Job(w.Context(), "o", j.ID)
		if err != nil {
			w.Fatal(err)
		}
		var n deliver.Notification
		if err := json.Unmarshal(stored.Payload, &n); err != nil {
			w.Fatal(err)
		}
		if n.Notice.ID != j.ID || stored.Told.Event != n.Notice.Event || stored.Kind != deliver.KindNotification || strings.Contains(stored.Destination, hookKey) {
			w.Errorf("queued is %+v with %+v", stored, n)
		}
		out = append(out, n.Notice.Event+":"+n.Service+"/"+n.Target)
	}
	return strings.Join(out, " ")
}

func (w *told) want(got, want string) {
	w.Helper()
	if got != want {
		w.Errorf("told is %q, want %q", got, want)
	}
}

func quiet(from, to string) func(*notify.Rule) {
	return func(r *notify.Rule) { r.QuietHours = &notify.QuietHours{From: from, To: to} }
}

func (w *told) acknowledge() {
	w.Helper()
	w.do(func(tx *Tx) error {
		state, err := tx.Device("o", "d")
		if err != nil {
			return err
		}
		_, err = tx.AcknowledgeAlarm("o", state.Alarms["hot"], "otto")
		return err
	})
}

func TestRemindersUntilTheEnd(t *testing.T) {
	w := newTold(t)
	w.rule(func(r *notify.Rule) { r.RepeatMinutes = 10 })
	w.want(w.alarm(alarm.New, "high"), "raise:s/a")
	w.want(w.alarm(alarm.New, "high"), "") // counted
	w.want(w.later(9*time.Minute), "")
	w.want(w.later(time.Minute), "repeat:s/a")
	w.want(w.later(time.Minute), "")
	w.want(w.later(5*time.Hour), "repeat:s/a") // the process was down: one, not thirty
	w.want(w.later(10*time.Minute), "repeat:s/a")
	w.want(w.alarm(alarm.Clear, ""), "clear:s/a")
	w.want(w.later(time.Hour), "")

	w.want(w.alarm(alarm.New, "high"), "raise:s/a")
	w.acknowledge()
	w.want(w.later(time.Hour), "")
	w.want(w.alarm(alarm.New, "urgent"), "") // a change, which the rule does not tell
	w.want(w.later(time.Hour), "")
}

func TestChangesDoNotPutRemindersOff(t *testing.T) {
	w := newTold(t)
	w.rule(func(r *notify.Rule) { r.RepeatMinutes = 10 })
	w.want(w.alarm(alarm.New, "high"), "raise:s/a")
	for i, level := range []string{"urgent", "high", "low"} {
		w.want(w.later(3*time.Minute), "")
		w.want(w.alarm(alarm.New, level), "")
		if i == 2 {
			w.want(w.later(time.Minute), "repeat:s/a")
		}
	}
	w.rule(func(r *notify.Rule) { r.RepeatMinutes, r.On = 10, []alarm.Event{alarm.Raised, alarm.Changed} })
	w.later(3 * time.Minute)
	w.want(w.alarm(alarm.New, "urgent"), "change:s/a") // who was told just now is not reminded at once
	w.want(w.later(9*time.Minute), "")
	w.want(w.later(time.Minute), "repeat:s/a")
}

func TestRemindersFollowTheirRule(t *testing.T) {
	w := newTold(t)
	w.rule(nil)
	w.want(w.alarm(alarm.New, "high"), "raise:s/a")
	w.want(w.later(time.Hour), "")
	w.rule(func(r *notify.Rule) { r.RepeatMinutes = 30 }) // for what is active as well
	w.want(w.later(30*time.Minute), "repeat:s/a")
	w.rule(func(r *notify.Rule) { r.RepeatMinutes = 5 })
	w.want(w.later(5*time.Minute), "repeat:s/a")
	w.rule(func(r *notify.Rule) {
		r.RepeatMinutes, r.QuietHours = 5, &notify.QuietHours{From: "13:35", To: "14:00"}
	})
	w.want(w.later(5*time.Minute), "") // 13:40
	w.want(w.later(20*time.Minute), "repeat:s/a")
	w.rule(func(r *notify.Rule) { r.RepeatMinutes, r.Levels = 5, []string{"low"} })
	w.want(w.later(time.Hour), "")
	w.do(func(tx *Tx) error { return tx.DeleteNotificationRule("o", "r") })
	w.want(w.later(time.Hour), "")
}

func TestQuietHoursTellItLater(t *testing.T) {
	t.Run("still active", func(t *testing.T) {
		w := newTold(t)
		w.rule(quiet("11:00", "13:00"))
		w.want(w.alarm(alarm.New, "high"), "")
		w.want(w.later(59*time.Minute), "")
		w.want(w.later(time.Minute), "raise:s/a")
		w.want(w.alarm(alarm.Clear, ""), "clear:s/a")
		w.want(w.later(time.Hour), "")
	})
	t.Run("over before", func(t *testing.T) {
		w := newTold(t)
		w.rule(func(r *notify.Rule) { quiet("11:00", "13:00")(r); r.On = []alarm.Event{alarm.Raised} })
		w.alarm(alarm.New, "high")
		w.want(w.alarm(alarm.Clear, ""), "")
		w.want(w.later(time.Hour), "clear:s/a") // raised and ended, in one message
		w.want(w.later(time.Hour), "")
	})
	t.Run("raised before, ended in them, raised again", func(t *testing.T) {
		w := newTold(t)
		w.rule(quiet("12:30", "13:00"))
		w.want(w.alarm(alarm.New, "high"), "raise:s/a")
		w.want(w.later(45*time.Minute), "")
		w.want(w.alarm(alarm.Clear, ""), "")
		w.want(w.alarm(alarm.New, "high"), "")
		w.want(w.later(15*time.Minute), "clear:s/a raise:s/a")
	})
	t.Run("the rule changes", func(t *testing.T) {
		w := newTold(t)
		w.rule(quiet("11:00", "13:00"))
		w.alarm(alarm.New, "high")
		w.rule(quiet("11:00", "12:30"))
		w.want(w.later(0), "")
		w.want(w.later(30*time.Minute), "raise:s/a")
	})
	t.Run("the rule goes", func(t *testing.T) {
		w := newTold(t)
		w.rule(quiet("11:00", "13:00"))
		w.alarm(alarm.New, "high")
		w.do(func(tx *Tx) error { return tx.DeleteNotificationRule("o", "r") })
		w.want(w.later(time.Hour), "")
	})
	t.Run("the rule goes, another one with later quiet hours stays", func(t *testing.T) {
		for name, end := range map[string]func(w *told){
			"deleted":    func(w *told) { w.do(func(tx *Tx) error { return tx.DeleteNotificationRule("o", "r") }) },
			"disabled":   func(w *told) { w.rule(func(r *notify.Rule) { r.Enabled = false }) },
			"for others": func(w *told) { w.rule(func(r *notify.Rule) { r.Services = []string{"others"} }) },
		} {
			t.Run(name, func(t *testing.T) {
				w := newTold(t)
				w.rule(quiet("11:00", "13:00"))
				w.rule(func(r *notify.Rule) { quiet("11:00", "14:00")(r); r.Name = "later" })
				w.want(w.alarm(alarm.New, "high"), "")
				end(w)
				w.want(w.later(time.Hour), "")
				w.want(w.later(time.Hour), "raise:s/a")
				w.want(w.later(time.Hour), "")
			})
		}
	})
	t.Run("acknowledged", func(t *testing.T) {
		w := newTold(t)
		w.rule(func(r *notify.Rule) { quiet("11:00", "13:00")(r); r.RepeatMinutes = 5 })
		w.alarm(alarm.New, "high")
		w.acknowledge()
		w.want(w.later(time.Hour), "raise:s/a")
		w.want(w.later(time.Hour), "")
	})
	t.Run("the device goes", func(t *testing.T) {
		w := newTold(t)
		w.rule(quiet("11:00", "13:00"))
		w.alarm(alarm.New, "high")
		w.do(func(tx *Tx) error { return tx.DeleteDevice("o", "d") })
		w.want(w.later(time.Hour), "")
	})
}

func TestServicesAreSealedAndSurviveARestart(t *testing.T) {
	w := newTold(t)
	w.rule(nil)
	w.alarm(alarm.New, "high")
	again := openTold(t, w)
	set, err := again.Notifications(t.Context(), "o")
	if err != nil {
		t.Fatal(err)
	}
	service, _ := set.Service("s")
	if _, ok := service.Target("a"); !ok || !strings.Contains(string(service.Settings), hookKey) || len(set.Rules()) != 1 {
		t.Errorf("after a restart there are %+v and %+v", set.Services(), set.Rules())
	}
	params, err := again.OrgParams(t.Context(), "o")
	if err != nil || params.Redactor().String(hookKey) == hookKey || again.Redactor().String(hookKey) == hookKey {
		t.Errorf("the key is not masked (%v)", err)
	}
	again.shut(t)
	for _, name := range []string{FileName, FileName + "-wal", JournalName} {
		if text, err := os.ReadFile(filepath.Join(w.Dir(), name)); err == nil && strings.Contains(string(text), hookKey) {
			t.Errorf("%s holds the key", name)
		}
	}
}

// openTold opens the store of w again, with the types of services.
func openTold(t *testing.T, w *told) *testStore {
	t.Helper()
	w.shut(t)
	s, err := Open(t.Context(), w.Dir(), Options{Keys: w.keys, Now: w.now, Services: w.services})
	if err != nil {
		t.Fatal(err)
	}
	out := &testStore{Store: s, keys: w.keys}
	t.Cleanup(func() { out.shut(t) })
	return out
}

func TestAnAlarmKnowsItsNotifications(t *testing.T) {
	w := newTold(t)
	w.rule(func(r *notify.Rule) { r.RepeatMinutes = 10 })
	w.alarm(alarm.New, "high")
	w.later(10 * time.Minute)
	id := w.device(t, "d").Alarms["hot"].ID
	jobs, _, err := w.Jobs(t.Context(), JobQuery{Org: "o", AlarmID: id, Limit: 10})
	if err != nil || len(jobs) != 2 || jobs[0].Told.Event != "repeat" || jobs[1].Told.AlarmID != id {
		t.Errorf("its notifications are %+v (%v)", jobs, err)
	}
	upcoming, err := w.Upcoming(t.Context(), "o", id)
	if err != nil || len(upcoming) != 1 || upcoming[0] != (Upcoming{"s", "r", "repeat", noon.Add(20 * time.Minute)}) {
		t.Errorf("upcoming are %+v (%v)", upcoming, err)
	}
	if others, err := w.Upcoming(t.Context(), "other", id); err != nil || len(others) != 0 {
		t.Errorf("another organisation sees %+v (%v)", others, err)
	}
	w.clock = w.clock.Add(40 * 24 * time.Hour)
	if _, err := w.Sweep(t.Context(), DefaultRetention); err != nil {
		t.Fatal(err)
	}
	var links int
	if err := queryRow(t.Context(), w.read, "SELECT count(*) FROM alarm_notifications", nil, &links); err != nil || links != 0 {
		t.Errorf("%d links are left (%v)", links, err)
	}
}

func TestARuleIsAboutTheDeviceAsItIs(t *testing.T) {
	w := newTold(t)
	w.rule(func(r *notify.Rule) { r.Tags, r.RepeatMinutes = []string{"cold"}, 10 })
	w.want(w.alarm(alarm.New, "high"), "")
	w.alarm(alarm.Clear, "")
	tag := func(tags ...string) {
		w.do(func(tx *Tx) error {
			d := device.New("d", noon)
			d.Tags = tags
			return tx.PutDevice("o", d)
		})
	}
	tag("cold")
	w.want(w.alarm(alarm.New, "high"), "raise:s/a")
	tag()
	w.want(w.later(time.Hour), "")
}
