package deliver_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/platform"
	"github.com/tripline/tripline/runtime/platform/standin"
	"github.com/tripline/tripline/runtime/platform/wecom"
	"github.com/tripline/tripline/server/store"
)

const appSecret = "corp-secret-0123456789"

// app stores a service "app" with an account of WeCom and two members.
func (w *world) app(secret string) {
	w.t.Helper()
	w.service("app", "wecom", fmt.Sprintf(`{"account":{"company_id":"ww1234567890","agent_id":1000002,"secret":%q,"accounts":["zhang","li"]}}`, secret))
}

func TestAnAppsTokenIsFetchedOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.platforms.App("ww1234567890", appSecret)
		w.app(appSecret)
		fetches := func() int { return len(w.platforms.Requests(standin.WeComToken)) }
		deliverOne := func() {
			t.Helper()
			j := w.notice("app", "alarm-0001")
			w.queue(j)
			w.await(j.ID, deliver.Completed, time.Minute)
		}
		deliverOne()
		deliverOne()
		if fetches() != 1 {
			t.Errorf("%d fetches for two messages", fetches())
		}
		w.end()
		w.begin()
		deliverOne()
		if fetches() != 1 {
			t.Errorf("after a restart %d fetches", fetches())
		}
		w.platforms.ExpireTokens() // before their time
		deliverOne()
		if fetches() != 2 {
			t.Errorf("after the token ended early %d fetches", fetches())
		}
		time.Sleep(2*time.Hour - 4*time.Minute)
		deliverOne()
		if fetches() != 3 {
			t.Errorf("shortly before its end %d fetches: it is not renewed early", fetches())
		}
		if got := len(w.platforms.Messages()); got != 5 {
			t.Errorf("%d messages", got)
		}
	})
}

func TestABadSecretIsNotRepeated(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.platforms.App("ww1234567890", appSecret)
		w.app("a-secret-that-is-wrong")
		var jobs []*deliver.Job
		for i := range 20 {
			jobs = append(jobs, w.notice("app", fmt.Sprintf("alarm-%04d", i)))
		}
		w.queue(jobs...)
		for _, j := range jobs {
			if j := w.await(j.ID, deliver.Discarded, 5*time.Minute); j.Error == nil || j.Error.Code != "40001" || j.Error.Remedy == "" {
				t.Errorf("%+v", j.Error)
			}
		}
		if n := len(w.platforms.Requests(standin.WeComToken)); n != 1 {
			t.Errorf("the wrong secret was sent %d times", n)
		}
		w.app(appSecret) // mended: at once
		j := w.notice("app", "alarm-0099")
		w.queue(j)
		w.await(j.ID, deliver.Completed, time.Minute)
	})
}

func TestTokensRace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &tokenStore{}
		tokens := deliver.NewTokens(kept, time.Now)
		fetches := 0
		fetch := func() (platform.AccessToken, error) {
			time.Sleep(time.Second)
			fetches++
			return platform.AccessToken{Value: fmt.Sprint("token-", fetches), Life: 2 * time.Hour}, nil
		}
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				got, err := tokens.Token(t.Context(), "o", "app", func(ctx) (platform.AccessToken, error) { return fetch() })
				if err != nil || got != "token-1" {
					t.Errorf("%q, %v", got, err)
				}
			})
		}
		wg.Wait()
		if fetches != 1 {
			t.Errorf("%d fetches", fetches)
		}
		for range 50 { // all of them learn that it has ended
			wg.Go(func() {
				tokens.Forget("o", "app", "token-1")
				if got, err := tokens.Token(t.Context(), "o", "app", func(ctx) (platform.AccessToken, error) { return fetch() }); err != nil || got != "token-2" {
					t.Errorf("%q, %v", got, err)
				}
			})
		}
		wg.Wait()
		if fetches != 2 {
			t.Errorf("%d fetches after it ended", fetches)
		}
	})
}

func TestAFailedFetchIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tokens := deliver.NewTokens(&tokenStore{}, time.Now)
		fetches := 0
		ask := func() error {
			_, err := tokens.Token(t.Context(), "o", "app", func(ctx) (platform.AccessToken, error) {
				fetches++
				return platform.AccessToken{}, &runtime.FetchError{Code: "ECONNREFUSED", Message: "no"}
			})
			return err
		}
		for range 600 { // a minute
			if _, ok := errors.AsType[*runtime.FetchError](ask()); !ok {
				t.Fatal("the error is another one")
			}
			time.Sleep(100 * time.Millisecond)
		}
		if fetches < 3 || fetches > 8 {
			t.Errorf("%d fetches within a minute", fetches)
		}
	})
}

func TestOnlyThoseWhoAreLeftAreToldAgain(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.platforms.App("ding-client", appSecret)
		w.platforms.Unknown("nobody")
		w.platforms.Slow("li", 2)
		w.service("ding", "dingtalk", fmt.Sprintf(`{"member":{"client_id":"ding-client","client_secret":%q,"robot_code":"robot","members":["zhang","li","nobody"]}}`, appSecret))
		j := w.notice("ding", "alarm-0001")
		w.queue(j)
		done := w.await(j.ID, deliver.Completed, 10*time.Minute)
		told := map[string]int{}
		for _, m := range w.platforms.Messages() {
			for _, who := range m.Recipients {
				told[who]++
			}
		}
		if told["zhang"] != 1 || told["li"] != 1 || told["nobody"] != 0 {
			t.Errorf("told are %v", told)
		}
		if done.Error == nil || done.Error.Code != "partial" || !strings.Contains(done.Error.Message, "nobody") || strings.Contains(done.Error.Message, "zhang") {
			t.Errorf("on record is %+v", done.Error)
		}
		if done.Payload != nil {
			t.Error("the payload is kept")
		}
	})
}

func TestALongNoticeGoesOnWhereItWas(t *testing.T) {
	for _, crash := range []bool{false, true} {
		t.Run(fmt.Sprint("crash ", crash), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.bot(botKey)
				j := w.notice("wecom", "alarm-0001")
				var n deliver.Notification
				if err := json.Unmarshal(j.Payload, &n); err != nil {
					t.Fatal(err)
				}
				n.Notice.Desc = strings.Repeat("第一冷库温度过高，请立即检查。\n", 400) // 18 KB
				j.Payload, _ = json.Marshal(n)
				// The second part fails twice.
				sent := 0
				w.intercept = func(runtime.HTTPRequest) (*runtime.HTTPResponse, error) {
					if sent++; sent == 2 || sent == 3 {
						return nil, &runtime.FetchError{Code: "ECONNRESET", Message: "socket hang up"}
					}
					return nil, nil
				}
				w.queue(j)
				if crash {
					time.Sleep(50 * time.Millisecond)
					w.end()
					w.begin()
				}
				done := w.await(j.ID, deliver.Completed, 10*time.Minute)
				texts := w.texts()
				if len(texts) < 5 {
					t.Fatalf("%d parts", len(texts))
				}
				for i, text := range texts {
					if marker := fmt.Sprintf("(%d/%d)", i+1, len(texts)); !strings.Contains(text, marker) {
						t.Errorf("part %d does not say %s", i+1, marker)
					}
				}
				if n := strings.Count(strings.Join(texts, ""), "请立即检查"); n != 400 {
					t.Errorf("%d of 400 lines came", n)
				}
				if last := done.Attempts[len(done.Attempts)-1]; last.Part != fmt.Sprintf("%d/%d", len(texts), len(texts)) || done.Tries != len(texts)+2 {
					t.Errorf("the last attempt is %+v after %d tries", last, done.Tries)
				}
			})
		})
	}
}

func TestADigestThatIsRefusedIsSentOneByOne(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.bot(botKey)
		w.intercept = func(req runtime.HTTPRequest) (*runtime.HTTPResponse, error) {
			if len(titles.FindAll(req.Body, -1)) > 1 && strings.Contains(string(req.Body), "alarm-0030") {
				return &runtime.HTTPResponse{Status: 200, Body: []byte(`{"errcode":40058,"errmsg":"a word that WeCom does not like"}`)}, nil
			}
			return nil, nil
		}
		var jobs []*deliver.Job
		for i := range 70 {
			jobs = append(jobs, w.notice("wecom", fmt.Sprintf("alarm-%04d", i)))
		}
		w.queue(jobs...)
		for _, j := range jobs {
			w.await(j.ID, deliver.Completed, 10*time.Minute)
		}
		got := titles.FindAllString(strings.Join(w.texts(), "\n"), -1)
		if slices.Sort(got); len(got) != 70 || len(slices.Compact(got)) != 70 {
			t.Errorf("%d alarms came, %d different ones", len(got), len(slices.Compact(got)))
		}
	})
}

// TestRenamedTargetsKeepWhatWaits: what waits for a group follows it when it is renamed, gets another place
// or another URL, also what was queued before groups had IDs; only what waits for one that is deleted is given up.
func TestRenamedTargetsKeepWhatWaits(t *testing.T) {
	for _, storedWith := range []string{"", `"id":"g",`} {
		t.Run("ids "+storedWith, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				group := func(fields string) string { return `{"groups":[` + fields + `]}` }
				change := func(settings string) {
					t.Helper()
					old, _ := w.Store.Service("o", "wecom")
					kept, err := wecom.Service{}.Settings().Keep([]byte(settings), old.Settings)
					if err != nil {
						t.Fatal(err)
					}
					w.service("wecom", "wecom", string(kept))
				}
				first := `{` + storedWith + `"name":"g","webhook_url":"` + botURL(botKey) + `"}`
				w.service("wecom", "wecom", group(first))
				w.platforms.Always(standin.WeComBot, standin.Answer{Status: 502, Body: "bad gateway"})
				waiting, later := w.notice("wecom", "alarm-0001"), w.notice("wecom", "alarm-0002")
				w.queue(waiting)
				w.await(waiting.ID, deliver.Retryable, time.Minute)
				change(group(`{"name":"night","webhook_url":"` + botURL("•••") + `"}`))
				change(group(`{"name":"g","webhook_url":"` + botURL("another-bot-0000") + `"},{"name":"night","webhook_url":"` + botURL("•••") + `"}`))
				w.end()
				w.begin()
				w.queue(later)
				w.platforms.Always(standin.WeComBot, standin.Answer{})
				w.await(waiting.ID, deliver.Completed, time.Minute)
				w.await(later.ID, deliver.Completed, time.Minute)
				for _, m := range w.platforms.Messages() {
					if m.Bot != botKey {
						t.Errorf("%s went to %s", m.Text, m.Bot)
					}
				}
				if d := w.runner.Destinations("o"); len(d) != 1 || d[0].Target != "night" {
					t.Errorf("destinations are %+v", d)
				}
				change(group(`{"name":"late","webhook_url":"` + botURL("another-bot-0000") + `"}`))
				orphan := w.notice("wecom", "alarm-0003")
				var n deliver.Notification
				_ = json.Unmarshal(orphan.Payload, &n)
				n.Target = "g" // the first one's
				orphan.Payload, _ = json.Marshal(n)
				w.queue(orphan)
				if j := w.await(orphan.ID, deliver.Discarded, time.Minute); j.Error.Code != "target_gone" || !strings.Contains(j.Error.Message, "deleted") || j.Error.Remedy == "" {
					t.Errorf("%+v", j.Error)
				}
			})
		})
	}
}

func TestServicesThatChange(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.bot("a-key-that-was-mistyped-0000")
		w.platforms.Always(standin.WeComBot, standin.Answer{Status: 502, Body: "bad gateway"})
		waiting := w.notice("wecom", "alarm-0001")
		w.queue(waiting)
		time.Sleep(10 * time.Second)
		w.platforms.Always(standin.WeComBot, standin.Answer{})
		w.bot(botKey)
		w.await(waiting.ID, deliver.Completed, time.Minute)
		if m := w.platforms.Messages(); m[len(m)-1].Bot != botKey {
			t.Errorf("it went to %s", m[len(m)-1].Bot)
		}
		orphan, stray := w.notice("wecom", "alarm-0002"), w.notice("wecom", "alarm-0003")
		var n deliver.Notification
		_ = json.Unmarshal(stray.Payload, &n)
		n.Target = "no such group"
		stray.Payload, _ = json.Marshal(n)
		w.queue(stray)
		if j := w.await(stray.ID, deliver.Discarded, time.Minute); j.Error.Code != "target_gone" || j.Error.Remedy == "" {
			t.Errorf("%+v", j.Error)
		}
		w.write(func(tx *store.Tx) error { return tx.DeleteNotificationService("o", "wecom") })
		w.queue(orphan)
		if j := w.await(orphan.ID, deliver.Discarded, time.Minute); j.Error.Code != "service_gone" || j.Error.Remedy == "" {
			t.Errorf("%+v", j.Error)
		}
	})
}
