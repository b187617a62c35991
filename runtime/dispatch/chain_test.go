package dispatch

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/action"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/notify"
	"github.com/tripline/tripline/scripts"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// pushes says whether downlinks are pushed; nothing else of an organisation is asked here.
type pushes bool

func (pushes) Catalog(context.Context, string) (*scripts.Catalog, error) {
	return scripts.NewCatalog(nil, nil), nil
}
func (pushes) OrgParams(context.Context, string) (*orgparams.Set, error)  { return nil, nil }
func (pushes) Notifications(context.Context, string) (*notify.Set, error) { return nil, nil }
func (p pushes) PushesDownlinks(string) bool                              { return bool(p) }
func (pushes) CreatesDevices(string) bool                                 { return false }

// noStore is what nothing is read from here.
type noStore struct{ Store }

func atNoon(p pushes) *Dispatcher {
	return New(Config{Store: noStore{}, Orgs: p, Now: func() time.Time { return noon }})
}

func TestChains(t *testing.T) {
	const ms = time.Millisecond
	type link struct {
		kind  deliver.Kind
		sleep time.Duration
		after int           // the job whose first attempt it waits for, -1: none
		due   time.Duration // after noon, when after is -1
		wait  time.Duration // after that attempt
		alone bool
	}
	const req, down, attrs = deliver.KindRequest, deliver.KindDownlink, deliver.KindAttributes
	for _, c := range []struct {
		name   string
		pushes pushes
		chain  []link
	}{
		{"one", false, []link{{req, 0, -1, 0, 0, true}}},
		{"one that waits", false, []link{{req, 5 * ms, -1, 5 * ms, 0, true}}},
		{"requests", false, []link{{req, 0, -1, 0, 0, false}, {req, 0, 0, 0, 0, false}, {req, 7 * ms, 1, 0, 7 * ms, true}}},
		{"a local change behind a request", false, []link{{req, 0, -1, 0, 0, false}, {attrs, 3 * ms, 0, 0, 3 * ms, true}}},
		{"a downlink first does not wait", true, []link{{down, 0, -1, 0, 0, true}}},
		{"pushed downlinks keep a gap", true, []link{{down, 0, -1, 0, 0, false}, {down, 0, 0, 0, 100 * ms, false}, {down, 250 * ms, 1, 0, 250 * ms, false}, {req, 0, 2, 0, 0, true}}},
		{"fetched downlinks are not waited for", false, []link{{down, 0, -1, 0, 0, true}, {down, 0, -1, 100 * ms, 0, true}, {req, 5 * ms, -1, 105 * ms, 0, true}}},
		{"a fetched downlink behind a request", false, []link{{req, 0, -1, 0, 0, false}, {down, 0, 0, 0, 100 * ms, true}, {down, 300 * ms, 0, 0, 400 * ms, true}, {req, 1 * ms, 0, 0, 401 * ms, true}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			u, err := atNoon(c.pushes).newUnit(t.Context(), &Execution{ID: "e", Org: "o"}, true)
			if err != nil {
				t.Fatal(err)
			}
			types := map[deliver.Kind]action.Type{req: action.Request, down: action.Downlink, attrs: action.Attributes}
			var jobs []*deliver.Job
			var previous *deliver.Job
			for _, l := range c.chain {
				a := &action.Action{Type: types[l.kind], Sleep: l.sleep, Downlink: []byte("{}")}
				if l.kind == req {
					a.Request = &runtime.HTTPRequest{Method: "GET", URL: "https://h.example/"}
				}
				previous = u.job(a, "d", &scripts.Script{Name: "s"}, previous)
				jobs = append(jobs, previous)
			}
			for i, l := range c.chain {
				j, follows, due, state := jobs[i], "", noon.Add(l.due), deliver.Available
				if l.after >= 0 {
					follows, due = jobs[l.after].ID, time.Time{}
				}
				if l.after >= 0 || l.due > 0 {
					state = deliver.Scheduled
				}
				if j.Kind != l.kind || j.Follows != follows || !j.ScheduledAt.Equal(due) || j.State != state || j.Alone != l.alone {
					t.Errorf("job %d: %s follows %q, due %v, %s, alone %v; want %q %v %s %v", i, j.Kind, j.Follows, j.ScheduledAt, j.State, j.Alone, follows, due, state, l.alone)
				}
				if l.after >= 0 && j.Wait != l.wait {
					t.Errorf("job %d waits %v after that, want %v", i, j.Wait, l.wait)
				}
			}
		})
	}
}

func TestTimersOfThisVeryUplink(t *testing.T) {
	u, err := atNoon(false).newUnit(t.Context(), &Execution{ID: "e", Org: "o"}, true)
	if err != nil {
		t.Fatal(err)
	}
	p := func(id, trigger string, delay time.Duration) *Dispatch {
		return &Dispatch{ID: id, EUI: "d", Trigger: trigger, DueAt: noon.Add(delay)}
	}
	u.open = []*Dispatch{p("now", "t", 0), p("timer", "t", time.Second), p("other", "u", time.Second), p("past", "u", -time.Second)}
	ids := func(list []*Dispatch) string {
		var out []string
		for _, d := range list {
			out = append(out, d.ID)
		}
		return fmt.Sprint(out)
	}
	u.forget(TimerKey{"d", "t"}) // abort_previous_timer of t, for another thing model of the uplink
	if got := ids(u.open); got != "[now other past]" {
		t.Errorf("after the abort there are %s", got)
	}
	now := u.postpone(slices.Clone(u.open))
	if ids(now) != "[now past]" || ids(u.effects.Pending) != "[other]" {
		t.Errorf("run now %s, timers %s", ids(now), ids(u.effects.Pending))
	}
}

func TestReserve(t *testing.T) {
	d := New(Config{Store: noStore{}, Orgs: pushes(false), Now: time.Now, Backlog: 2})
	for range 3 {
		for i, want := range []error{nil, nil, ErrBusy, ErrBusy} {
			if err := d.Reserve("o", 0); err != want {
				t.Errorf("uplink %d: %v, want %v", i, err, want)
			}
		}
		if d.Waiting() != 2 {
			t.Errorf("%d wait", d.Waiting())
		}
		d.Release("o", 0)
		d.Release("o", 0)
	}
	if d.Waiting() != 0 {
		t.Errorf("%d wait", d.Waiting())
	}
	// Whoever fills its own share leaves room for another organisation, and two leave none for a third.
	for _, step := range []struct {
		org  string
		want error
	}{{"a", nil}, {"a", nil}, {"a", ErrBusy}, {"b", nil}, {"b", nil}, {"c", ErrBusy}} {
		if err := d.Reserve(step.org, 0); err != step.want {
			t.Errorf("an uplink of %s: %v, want %v", step.org, err, step.want)
		}
	}
	if New(Config{Store: noStore{}, Now: time.Now}).Backlog != DefaultBacklog {
		t.Error("no backlog of its own is not the default")
	}
}
