package deliver_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/platform/standin"
	"github.com/tripline/tripline/server/store"
)

// fails has every request fail as if nobody listened, until heals.
func (w *world) fails(host string) (heals func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.intercept = func(req runtime.HTTPRequest) (*runtime.HTTPResponse, error) {
		if strings.Contains(req.URL, host) {
			return nil, &runtime.FetchError{Code: "ECONNREFUSED", Message: "connect ECONNREFUSED"}
		}
		return nil, nil
	}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.intercept = nil
	}
}

// only is the one destination that there is.
func (w *world) only() deliver.DestinationStatus {
	w.t.Helper()
	all := w.runner.Destinations("o")
	if len(all) != 1 {
		w.t.Fatalf("destinations are %+v", all)
	}
	return all[0]
}

func TestADestinationThatFailsIsDownAndDrainsByItself(t *testing.T) {
	for _, kind := range []string{"notices", "actions"} {
		for _, restart := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, restart %v", kind, restart), func(t *testing.T) {
				inWorld(t, func(t *testing.T, w *world) {
					w.bot(botKey)
					heals := w.fails("qyapi.weixin.qq.com")
					var ids []string
					for i := range 30 {
						j := w.action(botKey, fmt.Sprintf("alarm-%04d", i))
						j.Script = "my_notify"
						if kind == "notices" {
							j = w.notice("wecom", fmt.Sprintf("alarm-%04d", i))
						}
						w.queue(j)
						ids = append(ids, j.ID)
					}
					time.Sleep(10 * time.Minute)
					if s := w.only(); s.State != deliver.DestinationDown || s.HeldBy != deliver.HeldDown || s.Waiting < 29 || s.Last.Code != "ECONNREFUSED" || s.Last.Remedy == "" || s.Failed < 10 || s.OK != 0 || s.NextSlot.IsZero() || s.Since.IsZero() {
						t.Errorf("while it is down: %+v", s)
					}
					if s := w.only(); s.Script != map[string]string{"actions": "my_notify"}[kind] {
						t.Errorf("the script of %s is %q", kind, s.Script)
					}
					if until, why := w.runner.Held(ids[20]); why != deliver.HeldDown || until.IsZero() {
						t.Errorf("what waits says %v %q", until, why)
					}
					tries := 0
					for _, id := range ids {
						tries += w.job(id).Tries
					}
					if tries > 60 {
						t.Errorf("%d attempts in ten minutes at what is down", tries)
					}
					if restart {
						w.end()
						w.begin()
						if s := w.only(); s.State != deliver.DestinationDown || s.Failed < 10 {
							t.Errorf("after a restart: %+v", s)
						}
					}
					heals()
					time.Sleep(5 * time.Minute)
					for _, id := range ids {
						if j := w.job(id); j.State != deliver.Completed {
							t.Errorf("after it was mended one is %s, due %v: %+v", j.State, j.ScheduledAt, j.Error)
						}
					}
					if s := w.only(); s.State != deliver.DestinationUp || s.Waiting != 0 || s.OK == 0 {
						t.Errorf("after it was mended: %+v", s)
					}
					if bad := w.refused(standin.WeComBot); len(bad) > 0 {
						t.Errorf("while it drained %d were refused: %s", len(bad), bad[0])
					}
				})
			})
		}
	}
}

func TestAReceiverThatFailsNowAndThenIsNotDown(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		n := 0
		w.intercept = func(runtime.HTTPRequest) (*runtime.HTTPResponse, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if n++; n%3 == 0 {
				return nil, &runtime.FetchError{Code: "ECONNRESET", Message: "socket hang up"}
			}
			return &runtime.HTTPResponse{Status: 200}, nil
		}
		var ids []string
		for range 300 {
			j := w.request("https://hooks.example/x")
			w.queue(j)
			ids = append(ids, j.ID)
			time.Sleep(50 * time.Millisecond)
			if s := w.only(); s.State == deliver.DestinationDown {
				t.Fatalf("it is down: %+v", s)
			}
		}
		time.Sleep(time.Minute)
		if left := w.unfinished(ids); left > 0 {
			t.Errorf("%d are left", left)
		}
	})
}

// request makes a job that posts to some URL.
func (w *world) request(url string) *deliver.Job {
	w.t.Helper()
	j := w.action(botKey, "x")
	j.Payload, _ = json.Marshal(runtime.HTTPRequest{Method: "POST", URL: url, Body: []byte("{}")})
	j.Destination = url
	return j
}

func TestWhatWaitsForADestinationThatNeverComesBackIsGivenUpAndReported(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.end()
		w.retry.GiveUp = 30 * time.Minute
		w.begin()
		w.fails("gone.example")
		var ids []string
		for range 50 {
			j := w.request("https://gone.example/x")
			w.queue(j)
			ids = append(ids, j.ID)
		}
		time.Sleep(29 * time.Minute)
		if left := w.unfinished(ids); left != len(ids) {
			t.Errorf("before their time %d of %d are left", left, len(ids))
		}
		time.Sleep(3 * time.Minute)
		for _, id := range ids {
			if j := w.job(id); j.State != deliver.Discarded || j.Error == nil || j.Error.Remedy == "" {
				t.Errorf("after it one is %s: %+v", j.State, j.Error)
			}
		}
	})
}

func TestADestinationAsksForAPause(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.bot(botKey)
		w.platforms.Next(standin.WeComBot, standin.Code(standin.WeComBot, "45009", "api freq out of limit"))
		first, second := w.notice("wecom", "alarm-0001"), w.notice("wecom", "alarm-0002")
		w.queue(first, second)
		time.Sleep(30 * time.Second)
		if n := len(w.platforms.Requests(standin.WeComBot)); n != 1 {
			t.Errorf("%d requests while the bot wants a pause", n)
		}
		if s := w.only(); s.HeldBy != deliver.HeldByPause || s.State != deliver.DestinationFailing {
			t.Errorf("meanwhile it is %+v", s)
		}
		if j := w.job(second.ID); j.Tries != 0 {
			t.Errorf("what waits behind has %d tries", j.Tries)
		}
		time.Sleep(31 * time.Second)
		if got := titles.FindAllString(strings.Join(w.texts(), "\n"), -1); !slices.Equal(got, []string{"alarm-0001", "alarm-0002"}) {
			t.Errorf("after it came %v", got)
		}
	})
}

func TestABudgetIsTheOrganisations(t *testing.T) {
	for limit, want := range map[int]int{5: 5, 0: 60} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.write(func(tx *store.Tx) error {
					return tx.PutOrg(store.Org{Code: "o", Name: "O", TimeZone: "UTC", Budgets: map[string]int{"wecom_bot": limit}})
				})
				for range 60 {
					w.queue(w.action(botKey, "x"))
				}
				time.Sleep(55 * time.Second)
				if n := len(w.platforms.Requests(standin.WeComBot)); n != want {
					t.Errorf("%d requests within a minute, want %d", n, want)
				}
			})
		})
	}
}

// More waits for one bot than is kept in memory: it waits on disk, and comes in order.
func TestALongLineWaitsOnDisk(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.took = 0
		w.write(func(tx *store.Tx) error {
			return tx.PutOrg(store.Org{Code: "o", Name: "O", TimeZone: "UTC", Budgets: map[string]int{"wecom_bot": 200}})
		})
		var got []string
		var at []time.Time
		w.intercept = func(req runtime.HTTPRequest) (*runtime.HTTPResponse, error) { // the stand-in keeps WeCom's own limit
			got, at = append(got, titles.FindString(string(req.Body))), append(at, time.Now())
			return &runtime.HTTPResponse{Status: 200, Body: []byte(`{"errcode":0}`)}, nil
		}
		var want, ids []string
		var jobs []*deliver.Job
		const lines = 1300
		for i := range lines {
			text := fmt.Sprintf("action-%04d", i)
			j := w.action(botKey, text)
			jobs, want, ids = append(jobs, j), append(want, text), append(ids, j.ID)
		}
		w.queue(jobs...)
		time.Sleep(10 * time.Second)
		if s := w.only(); s.Waiting > 1000 || s.HeldBy != deliver.HeldByBudget {
			t.Errorf("%d wait in memory, held by %q", s.Waiting, s.HeldBy)
		}
		if j := w.job(ids[lines-1]); j.State != deliver.Scheduled || time.Until(j.ScheduledAt) < 5*time.Minute {
			t.Errorf("the last is %s, due in %v", j.State, time.Until(j.ScheduledAt))
		}
		late := w.action(botKey, "action-9999")
		w.queue(late)
		want, ids = append(want, "action-9999"), append(ids, late.ID)
		time.Sleep((lines/200 + 3) * time.Minute)
		if left := w.unfinished(ids); left > 0 {
			t.Fatalf("%d are left", left)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d came, in order: %v", len(got), slices.IsSorted(got))
		}
		for i := 200; i < len(at); i++ {
			if within := at[i].Sub(at[i-200]); within < time.Minute {
				t.Fatalf("201 requests within %v", within)
			}
		}
	})
}
