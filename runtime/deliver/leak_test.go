package deliver_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/egress"
	"github.com/tripline/tripline/runtime/platform"
	"github.com/tripline/tripline/runtime/platform/standin"
	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/server"
)

// hostile are receivers that would bring secrets where people look.
var hostile = map[string]http.HandlerFunc{
	"failing": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
	"slow": func(w http.ResponseWriter, r *http.Request) { // longer than an attempt may take
		_, _ = io.Copy(io.Discard, r.Body) // or the server does not see that the client left
		<-r.Context().Done()
	},
	"resetting": func(w http.ResponseWriter, _ *http.Request) {
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_ = conn.Close()
		}
	},
	"redirecting": func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "http://127.0.0.1:1"+r.URL.RequestURI())
		w.WriteHeader(http.StatusTemporaryRedirect)
	},
	"lying": func(w http.ResponseWriter, r *http.Request) {
		lie(w, r, `{"errcode":93000,"code":19001,"errmsg":%q,"msg":%[1]q}`)
	},
	"lying in its code": func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		all, _ := json.Marshal(r.URL.RequestURI() + " " + fmt.Sprint(r.Header) + " " + string(body))
		_, _ = fmt.Fprintf(w, `{"errcode":%[1]s,"code":%[1]s,"message":"no"}`, all)
	},
	"lying about success": func(w http.ResponseWriter, r *http.Request) {
		lie(w, r, `{"errcode":0,"code":0,"access_token":"token-of-the-app-0123456789","accessToken":"token-of-the-app-0123456789","expires_in":7200,"expireIn":7200,"processQueryKey":"x","errmsg":%q,"invaliduser":%[1]q}`)
	},
}

// lie answers with all that came, as it is, encoded and in pieces: a token without the word before it.
func lie(w http.ResponseWriter, r *http.Request, form string) {
	body, _ := io.ReadAll(r.Body)
	all := r.URL.RequestURI() + " " + fmt.Sprint(r.Header) + " " + string(body)
	pieces := strings.FieldsFunc(all, func(c rune) bool { return strings.ContainsRune(" []/?=&", c) })
	_, _ = fmt.Fprintf(w, form, all+" "+base64.StdEncoding.EncodeToString([]byte(all))+" "+url.QueryEscape(all)+" "+strings.Join(pieces, " | "))
}

// notifiers are services with secrets, by name.
var notifiers = map[string]struct{ kind, settings string }{
	"wecom group":     {"wecom", `{"groups":[{"name":"g","webhook_url":"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=SECRET-0"}]}`},
	"wecom account":   {"wecom", `{"account":{"company_id":"ww1","agent_id":1,"secret":"SECRET-0","accounts":["zhang"]}}`},
	"dingtalk group":  {"dingtalk", `{"groups":[{"name":"g","webhook_url":"https://oapi.dingtalk.com/robot/send?access_token=SECRET-0","secret":"SECRET-1"}]}`},
	"dingtalk member": {"dingtalk", `{"member":{"client_id":"c","client_secret":"SECRET-0","robot_code":"r","members":["zhang"]}}`},
	"feishu group":    {"feishu", `{"groups":[{"name":"g","webhook_url":"https://open.feishu.cn/open-apis/bot/v2/hook/SECRET-0","secret":"SECRET-1"}]}`},
	"webhook":         {"webhook", `{"url":"https://hooks.example/in?key=SECRET-0","headers":{"Authorization":"Bearer SECRET-1"}}`},
	"webhook, path":   {"webhook", `{"url":"https://hooks.example/services/T1/SECRET-0","headers":{"X-Key":"SECRET-1"}}`},
}

// leakSecrets are what no place may show.
var leakSecrets = []string{"zQ7-first-secret-of-this-test", "zQ7-second-secret-of-this-test", "token-of-the-app-0123456789"}

// TestNoNotifierLeaks has every notifier talk to every hostile receiver and looks into every place that people
// and files get to: the job as it is stored, destinations, replies of the API, metrics, the log, the files.
//
// Where two layers mask the same, TestEachLayerMasksAlone takes one away. Each of these was broken by itself,
// and seen to fail a test: the words and the code of an outcome, in Settle (known's TestEchoedSecretsAreMasked)
// and in attemptOf (EachLayer); the kept reply (both here); the secrets of the settings, of the organisation's
// params and of access tokens as what is masked (EachLayer); the masked URL of a target (here, in job,
// destinations and replies); the seal of a job's payload, of settings and of access tokens (here, in the
// files); a line of the log with a request's URL (here, in the log); a label of a metric with the error of an
// attempt (EachLayer, in metrics).
func TestNoNotifierLeaks(t *testing.T) {
	for name, notifier := range notifiers {
		for receiver, handler := range hostile {
			t.Run(name+" to one that is "+receiver, func(t *testing.T) {
				w, log := listened(t, handler)
				checkNoLeak(w, log, notifier.kind, notifier.settings)
			})
		}
	}
	for command, reply := range map[string]string{"AUTH": "535 not with " + leakSecrets[0], "MAIL": "450 " + leakSecrets[0], "RCPT": "550 nobody has " + leakSecrets[0]} {
		t.Run("email to one that is lying at "+command, func(t *testing.T) {
			w, log := listened(t, http.NotFoundHandler())
			mail, err := standin.NewSMTP(false)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(mail.Close)
			mail.User, mail.Password, mail.Replies = "bob", leakSecrets[0], map[string]string{command: reply}
			host, port, _ := net.SplitHostPort(mail.Address)
			w.performer.Dialer = egress.New(egress.Config{Allow: []string{host}})
			checkNoLeak(w, log, "email", `{"host":"`+host+`","port":`+port+`,"tls":"none","user":"bob","password":"SECRET-0","from":"a@example.com","to":["li@example.com"]}`)
		})
	}
}

// listened is a world on sockets, before its first job, with all that it logs.
func listened(t *testing.T, receiver http.Handler) (*world, *bytes.Buffer) {
	t.Helper()
	log := &bytes.Buffer{}
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	w := &world{t: t, dir: t.TempDir(), keys: secret.NewKeyring(secret.NewMasterKey()), start: time.Now(), retry: deliver.DefaultRetry, types: []platform.Service{loud{}}}
	w.begin()
	w.write(putOrg)
	w.sockets(receiver, 200*time.Millisecond)
	return w, log
}

// checkNoLeak has a service try to deliver a notice, and tried by a person, and looks for its secrets wherever
// people and files get to. It ends the world.
func checkNoLeak(w *world, log *bytes.Buffer, kind, settings string) {
	w.t.Helper()
	w.service("s", kind, strings.NewReplacer("SECRET-0", leakSecrets[0], "SECRET-1", leakSecrets[1]).Replace(settings))
	j := w.notice("s", "alarm-0001")
	told := w.runner.Await(j.ID)
	w.queue(j)
	select {
	case <-told:
	case <-w.t.Context().Done():
		w.t.Fatal("there was no attempt")
	}
	row := w.job(j.ID)
	row.Payload = nil // sealed on disk
	shown := map[string]any{"job": row, "destinations": w.runner.Destinations("o"), "route": w.performer.Route(w.job(j.ID))}
	places := map[string]string{}
	w.askEverything(j.ID, places)
	w.runner.Stop(context.Background())
	if err := w.Store.Close(); err != nil {
		w.t.Error(err)
	}
	for where, what := range shown {
		text, err := json.Marshal(what)
		if err != nil {
			w.t.Fatal(err)
		}
		places[where] = string(text)
	}
	places["log"] = log.String()
	files, err := filepath.Glob(filepath.Join(w.dir, "*"))
	if err != nil || len(files) == 0 {
		w.t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			w.t.Fatal(err)
		}
		places[filepath.Base(file)] = string(text)
	}
	lookForSecrets(w.t, places)
	if row.Tries == 0 {
		w.t.Error("nothing was attempted")
	}
}

// askEverything puts into places what the API answers about a delivery, its service and its destination, a
// test of the service by hand among it, and the metrics.
func (w *world) askEverything(delivery string, places map[string]string) {
	w.t.Helper()
	if _, err := w.Bootstrap(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	metrics := server.NewMetrics(func() int { return 0 })
	w.mu.Lock()
	for _, j := range w.finished {
		metrics.Attempt(&j)
	}
	w.mu.Unlock()
	const admin = "the-admin-of-this-test"
	api := server.New(server.Config{Store: w.Store, Now: time.Now, AdminToken: admin, Events: server.NewEvents(), Metrics: metrics, Runner: w.runner, Performer: w.performer}).Handler()
	ask := func(token, method, path, body string) string {
		r := httptest.NewRequestWithContext(w.t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		api.ServeHTTP(rec, r)
		if rec.Code > 299 {
			w.t.Errorf("%s %s: %d %s", method, path, rec.Code, rec.Body)
		}
		return rec.Body.String()
	}
	var own struct{ Token string }
	if err := json.Unmarshal([]byte(ask(admin, "POST", "/api/v1/tokens", `{"name":"t","scopes":["admin"],"org":"o"}`)), &own); err != nil {
		w.t.Fatal(err)
	}
	for _, path := range []string{
		"POST /notification-services/s/test", "GET /deliveries", "GET /deliveries/" + delivery, "GET /deliveries/destinations",
		"GET /notification-services", "GET /notification-services/s", "GET /audit", "GET /alarms",
	} {
		method, path, _ := strings.Cut(path, " ")
		places["the reply to "+path] = ask(own.Token, method, "/api/v1"+path, "")
	}
	places["metrics"] = ask(own.Token, "GET", "/metrics", "")
}

// lookForSecrets fails the test for every secret in a text, as it is or encoded.
func lookForSecrets(t *testing.T, places map[string]string) {
	t.Helper()
	for where, text := range places {
		for _, value := range leakSecrets {
			for _, form := range []string{value, base64.StdEncoding.EncodeToString([]byte(value))[:24], url.QueryEscape(value)} {
				if at := strings.Index(text, form); at >= 0 {
					t.Errorf("%s shows %q: …%.120q", where, form, text[max(0, at-60):])
				}
			}
		}
	}
}
