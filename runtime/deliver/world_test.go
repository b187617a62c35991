package deliver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/runtime/egress"
	"github.com/tripline/tripline/runtime/notify"
	"github.com/tripline/tripline/runtime/platform"
	"github.com/tripline/tripline/runtime/platform/known"
	"github.com/tripline/tripline/runtime/platform/standin"
	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/server/store"
)

// world is everything between the queue and the platforms, in a bubble of fake time: a real store, the
// runner, the performer, the stand-ins. Requests do not go over sockets, which would stop the clock.
type world struct {
	*store.Store
	t         *testing.T
	platforms *standin.Platforms
	dir       string
	keys      *secret.Keyring
	runner    *deliver.Runner
	performer *deliver.HTTP
	budgets   *egress.Budgets
	retry     deliver.Retry
	types     []platform.Service // of notification services, besides those that are known
	took      time.Duration      // that every request takes
	start     time.Time

	mu        sync.Mutex
	intercept func(runtime.HTTPRequest) (*runtime.HTTPResponse, error) // takes the place of the stand-ins; nil, nil: not of this one
	finished  []deliver.Job
}

const botKey = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"

func botURL(key string) string { return "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + key }

// inWorld runs fn with a world that has the organisation o.
func inWorld(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	platforms := standin.New(func() time.Time { return time.Now() })
	t.Cleanup(platforms.Close)
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, platforms: platforms, dir: dir, keys: secret.NewKeyring(secret.NewMasterKey()), start: time.Now(),
			took: 20 * time.Millisecond, retry: deliver.DefaultRetry}
		w.begin()
		w.write(putOrg)
		fn(t, w)
		w.end()
	})
}

func putOrg(tx *store.Tx) error { return tx.PutOrg(store.Org{Code: "o", Name: "O", TimeZone: "UTC"}) }

// begin opens the store and starts the runner, as a process does.
func (w *world) begin() {
	w.t.Helper()
	types := slices.Concat(known.Services(), w.types)
	db, err := store.Open(w.t.Context(), w.dir, store.Options{Keys: w.keys, Now: time.Now, Services: types})
	if err != nil {
		w.t.Fatal(err)
	}
	w.Store = db
	w.budgets, err = egress.NewBudgets(w.t.Context(), db, db, known.Platforms(), time.Now)
	if err != nil {
		w.t.Fatal(err)
	}
	w.performer = &deliver.HTTP{
		Client: w, Orgs: db, Platforms: known.Platforms(), Now: time.Now, Budgets: w.budgets,
		Types: types, Services: db, Tokens: deliver.NewTokens(db, time.Now),
	}
	w.runner = deliver.NewRunner(db, w.performer, w.retry, time.Now)
	w.runner.Finished = func(j *deliver.Job) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.finished = append(w.finished, *j)
	}
	if err := w.runner.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) end() {
	w.t.Helper()
	w.runner.Stop(context.Background())
	if err := w.Store.Close(); err != nil {
		w.t.Error(err)
	}
}

// crash ends the process with attempts under way cut short.
func (w *world) crash() {
	w.t.Helper()
	now, cancel := context.WithCancel(context.Background())
	cancel()
	w.runner.Stop(now)
	if err := w.Store.Close(); err != nil {
		w.t.Error(err)
	}
}

func (w *world) write(fn func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.Store.Write(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// Do implements egress.Doer: it asks the stand-ins.
func (w *world) Do(ctx context.Context, req runtime.HTTPRequest, guard egress.Guard) (runtime.HTTPResponse, error) {
	u, err := url.Parse(req.URL)
	if err != nil {
		return runtime.HTTPResponse{}, &runtime.FetchError{Code: "ERR_INVALID_URL", Message: "Invalid URL"}
	}
	if err := guard.Allow(u.Hostname(), req); err != nil {
		return runtime.HTTPResponse{}, err
	}
	select {
	case <-time.After(w.took / 2):
	case <-ctx.Done():
		return runtime.HTTPResponse{}, &runtime.FetchError{Code: "ERR_CANCELED", Message: "canceled"}
	}
	w.mu.Lock()
	intercept := w.intercept
	w.mu.Unlock()
	if intercept != nil {
		if resp, err := intercept(req); resp != nil || err != nil {
			if resp == nil {
				resp = &runtime.HTTPResponse{}
			}
			return *resp, err
		}
	}
	r := httptest.NewRequest(req.Method, u.RequestURI(), strings.NewReader(string(req.Body)))
	for _, f := range req.Header {
		r.Header.Add(f.Name, f.Value)
	}
	rec := httptest.NewRecorder()
	w.platforms.ServeHTTP(rec, r)
	select {
	case <-time.After(w.took / 2):
	case <-ctx.Done():
		return runtime.HTTPResponse{}, &runtime.FetchError{Code: "ERR_CANCELED", Message: "canceled"}
	}
	body, _ := io.ReadAll(rec.Result().Body)
	resp := runtime.HTTPResponse{Status: rec.Code, Body: body, URL: req.URL}
	for name, values := range rec.Result().Header {
		for _, v := range values {
			resp.Header = append(resp.Header, runtime.HeaderField{Name: strings.ToLower(name), Value: v})
		}
	}
	return resp, nil
}

var _ http.Handler = (*standin.Platforms)(nil)

// service stores a notification service.
func (w *world) service(name, kind, settings string) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		return tx.PutNotificationService("o", notify.Service{Name: name, Type: kind, Settings: json.RawMessage(settings)})
	})
}

// bot stores a service "wecom" with one group "g".
func (w *world) bot(key string) {
	w.t.Helper()
	w.service("wecom", "wecom", fmt.Sprintf(`{"groups":[{"name":"g","webhook_url":%q}]}`, botURL(key)))
}

// target is the first one of a service.
func (w *world) target(service string) string {
	w.t.Helper()
	s, ok := w.Store.Service("o", service)
	if !ok || len(s.Targets) == 0 {
		w.t.Fatalf("no service %s: %v", service, s.Broken)
	}
	return s.Targets[0].ID()
}

// notice makes a job that tells the first target of a service of an alarm with that title.
func (w *world) notice(service, title string) *deliver.Job {
	w.t.Helper()
	now := time.Now().UTC()
	id := w.NewID()
	payload, err := json.Marshal(deliver.Notification{Service: service, Target: w.target(service), Notice: platform.Notice{
		ID: id, Event: platform.EventRaise, Device: "Cold room", EUI: "a84041000000beef", Alarm: "overheat", Level: "high", Title: title, At: now, StartedAt: now,
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	return &deliver.Job{ID: id, Org: "o", EUI: "d" + id, ExecutionID: w.NewID(), Kind: deliver.KindNotification, State: deliver.Available,
		CreatedAt: now, ScheduledAt: now, Destination: service, Payload: payload}
}

// action makes a job that posts a text to a bot of WeCom.
func (w *world) action(key, text string) *deliver.Job {
	w.t.Helper()
	body, _ := json.Marshal(map[string]any{"msgtype": "text", "text": map[string]string{"content": text}})
	payload, err := json.Marshal(runtime.HTTPRequest{Method: "POST", URL: botURL(key), Body: body, Header: []runtime.HeaderField{{Name: "Content-Type", Value: "application/json"}}})
	if err != nil {
		w.t.Fatal(err)
	}
	now, id := time.Now().UTC(), w.NewID()
	return &deliver.Job{ID: id, Org: "o", EUI: "d" + id, ExecutionID: w.NewID(), Kind: deliver.KindRequest, State: deliver.Available,
		CreatedAt: now, ScheduledAt: now, Destination: secret.MaskURLs(botURL(key)), Payload: payload}
}

// queue stores jobs and hands them to the runner, as dispatch does.
func (w *world) queue(jobs ...*deliver.Job) {
	w.t.Helper()
	if err := w.Store.Commit(w.t.Context(), &dispatch.Effects{Org: "o", Now: time.Now(), Jobs: jobs}); err != nil {
		w.t.Fatal(err)
	}
	w.runner.Offer(jobs...)
}

func (w *world) job(id string) *deliver.Job {
	w.t.Helper()
	j, err := w.Store.Job(w.t.Context(), "o", id)
	if err != nil {
		w.t.Fatal(err)
	}
	return j
}

// await waits until a job is in a state, at most so long.
func (w *world) await(id string, state deliver.State, most time.Duration) *deliver.Job {
	w.t.Helper()
	look := max(50*time.Millisecond, most/2000) // a look costs more than a simulated second
	for deadline := time.Now().Add(most); ; time.Sleep(look) {
		j := w.job(id)
		if j.State == state {
			return j
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("after %v the delivery is %s: %+v", most, j.State, j.Record)
		}
	}
}

// texts are the messages that people got, in order.
func (w *world) texts() (texts []string) {
	for _, m := range w.platforms.Messages() {
		texts = append(texts, m.Text)
	}
	return texts
}
