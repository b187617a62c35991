package deliver_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
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
	"github.com/tripline/tripline/runtime/secret"
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

func TestNoNotifierLeaks(t *testing.T) {
	for name, notifier := range notifiers {
		for receiver, handler := range hostile {
			t.Run(name+" to one that is "+receiver, func(t *testing.T) { checkNoLeak(t, notifier.kind, notifier.settings, handler) })
		}
	}
}

// checkNoLeak has a service try to deliver a notice, several times, and looks for its secrets wherever
// people and files get to.
func checkNoLeak(t *testing.T, kind, settings string, handler http.HandlerFunc) {
	t.Helper()
	secrets := []string{"zQ7-first-secret-of-this-test", "zQ7-second-secret-of-this-test", "token-of-the-app-0123456789"}
	settings = strings.NewReplacer("SECRET-0", secrets[0], "SECRET-1", secrets[1]).Replace(settings)
	server := httptest.NewServer(handler)
	defer server.Close()
	to, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	before := slog.Default()
	defer slog.SetDefault(before)
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))

	w := &world{t: t, dir: t.TempDir(), keys: secret.NewKeyring(secret.NewMasterKey()), start: time.Now(), retry: deliver.DefaultRetry}
	w.begin()
	w.write(putOrg)
	config := egress.Config{Exchange: 200 * time.Millisecond}
	for _, host := range []string{"qyapi.weixin.qq.com", "oapi.dingtalk.com", "api.dingtalk.com", "open.feishu.cn", "hooks.example"} {
		config.Rewrite = append(config.Rewrite, egress.Rewrite{Scheme: "https", Host: host, To: to})
	}
	client := egress.New(config)
	defer client.CloseIdle()
	w.performer.Client = client
	w.service("s", kind, settings)
	j := w.notice("s", "alarm-0001")
	told := w.runner.Await(j.ID)
	w.queue(j)
	select {
	case <-told:
	case <-t.Context().Done():
		t.Fatal("there was no attempt")
	}
	row := w.job(j.ID)
	row.Payload = nil // sealed on disk
	seen := map[string]any{"job": row, "destinations": w.runner.Destinations("o"), "route": w.performer.Route(w.job(j.ID))}
	w.runner.Stop(context.Background())
	if err := w.Store.Close(); err != nil {
		t.Error(err)
	}
	seen["log"] = log.String()
	texts := map[string]string{}
	for where, what := range seen {
		text, err := json.Marshal(what)
		if err != nil {
			t.Fatal(err)
		}
		texts[where] = string(text)
	}
	files, err := filepath.Glob(filepath.Join(w.dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(file)] = string(text)
	}
	for where, text := range texts {
		for _, value := range secrets {
			for _, form := range []string{value, base64.StdEncoding.EncodeToString([]byte(value))[:24], url.QueryEscape(value)} {
				if at := strings.Index(text, form); at >= 0 {
					t.Errorf("%s shows %q: …%.120q", where, form, text[max(0, at-60):])
				}
			}
		}
	}
	if row.Tries == 0 {
		t.Error("nothing was attempted")
	}
}
