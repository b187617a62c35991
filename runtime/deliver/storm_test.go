package deliver_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/platform/standin"
)

var titles = regexp.MustCompile(`(?:alarm|action)-\d{4}`)

// refused lists the requests that a platform did not take.
func (w *world) refused(c standin.Channel) (replies []string) {
	for _, r := range w.platforms.Requests(c) {
		if !strings.Contains(r.Reply, `:0,`) {
			replies = append(replies, r.Reply)
		}
	}
	return replies
}

func TestThreeHundredAlarmsToOneBot(t *testing.T) {
	for _, c := range []struct {
		name    string
		actions int  // of users, to the same bot
		restart bool // in the middle
		crash   bool
	}{{name: "alone"}, {name: "beside actions", actions: 40}, {name: "restarted", restart: true}, {name: "crashed", restart: true, crash: true}} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				const alarms = 300
				w.bot(botKey)
				var want, wantActions []string
				var ids []string
				for i := range alarms {
					title := fmt.Sprintf("alarm-%04d", i)
					j := w.notice("wecom", title)
					w.queue(j)
					want, ids = append(want, title), append(ids, j.ID)
					if i < c.actions {
						text := fmt.Sprintf("action-%04d", i)
						j := w.action(botKey, text)
						w.queue(j)
						wantActions, ids = append(wantActions, text), append(ids, j.ID)
					}
					if c.restart && (i == 100 || i == 200) {
						if c.crash {
							w.crash()
						} else {
							w.end()
						}
						w.begin()
					}
					time.Sleep(10 * time.Second / alarms)
				}
				for time.Since(w.start) < 10*time.Minute && w.unfinished(ids) > 0 {
					time.Sleep(time.Second)
				}
				var got, gotActions []string
				var last time.Time
				for _, m := range w.platforms.Messages() {
					for _, title := range titles.FindAllString(m.Text, -1) {
						if strings.HasPrefix(title, "alarm") {
							got, last = append(got, title), m.At
						} else {
							gotActions = append(gotActions, title)
						}
					}
				}
				if c.crash {
					got = slices.Compact(got) // an attempt that the crash cut short may be made twice
				}
				if !slices.Equal(got, want) {
					t.Errorf("%d alarms arrived, of %d different ones; in order: %v", len(got), len(slices.Compact(slices.Sorted(slices.Values(got)))), slices.IsSorted(got))
				}
				if !slices.Equal(gotActions, wantActions) {
					t.Errorf("actions arrived as %v", gotActions)
				}
				if bad := w.refused(standin.WeComBot); len(bad) > 0 {
					t.Errorf("%d requests were refused, the first with %s", len(bad), bad[0])
				}
				if took := last.Sub(w.start); took > 3*time.Minute {
					t.Errorf("the last alarm arrived after %v", took)
				} else {
					t.Logf("the last alarm arrived after %v, in %d messages", took, len(w.platforms.Messages()))
				}
				for _, id := range ids {
					if j := w.job(id); j.State != deliver.Completed || j.Outcome != deliver.Delivered || j.Tries != 1 && !c.crash {
						t.Errorf("delivery %s is %s after %d tries: %+v", id, j.State, j.Tries, j.Error)
					}
				}
			})
		})
	}
}

func (w *world) unfinished(ids []string) (n int) {
	for _, id := range ids {
		if !w.job(id).State.Finished() {
			n++
		}
	}
	return n
}
