package deliver_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/egress"
	"github.com/tripline/tripline/runtime/platform/standin"
	"github.com/tripline/tripline/runtime/secret"
)

// platformHosts are the hosts that the services of notifiers send to.
var platformHosts = []string{"qyapi.weixin.qq.com", "oapi.dingtalk.com", "api.dingtalk.com", "open.feishu.cn", "hooks.example"}

// sockets replaces the stand-ins by a receiver behind real connections, at every host of a platform.
func (w *world) sockets(receiver http.Handler, exchange time.Duration) {
	w.t.Helper()
	server := httptest.NewServer(receiver)
	w.t.Cleanup(server.Close)
	to, err := url.Parse(server.URL)
	if err != nil {
		w.t.Fatal(err)
	}
	config := egress.Config{Exchange: exchange}
	for _, host := range platformHosts {
		config.Rewrite = append(config.Rewrite, egress.Rewrite{Scheme: "https", Host: host, To: to})
	}
	client := egress.New(config)
	w.t.Cleanup(client.CloseIdle)
	w.performer.Client = client
}

// onSockets is a world outside a bubble, for real connections.
func onSockets(t *testing.T, receiver http.Handler, exchange time.Duration) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), keys: secret.NewKeyring(secret.NewMasterKey()), start: time.Now(), retry: deliver.DefaultRetry}
	w.begin()
	w.write(putOrg)
	w.sockets(receiver, exchange)
	return w
}

// TestAnswersThatAreTooLarge: an answer of more than is read says by its status what became of the message;
// behind a 2xx of a chat platform nobody knows.
func TestAnswersThatAreTooLarge(t *testing.T) {
	const large = 2 << 20
	for name, notifier := range notifiers {
		for status, wants := range map[int][2]string{ // of the generic webhook, of the others
			200: {deliver.Delivered, deliver.Transient}, 503: {deliver.Transient, deliver.Transient}, 400: {deliver.Permanent, deliver.Permanent},
		} {
			t.Run(fmt.Sprint(name, " ", status), func(t *testing.T) {
				w := onSockets(t, http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
					out.WriteHeader(status)
					// It looks like a success, and goes on.
					fmt.Fprint(out, `{"errcode":0,"code":0,"access_token":"t","accessToken":"t","expires_in":7200,"expireIn":7200,"processQueryKey":"x"}`+strings.Repeat(" ", large))
				}), 30*time.Second)
				defer w.end()
				w.service("s", notifier.kind, notifier.settings)
				want := wants[1]
				if notifier.kind == "webhook" {
					want = wants[0]
				}
				if got := w.performer.Perform(t.Context(), []*deliver.Job{w.notice("s", "alarm-0001")}).Attempts[0]; got.Outcome != want {
					t.Errorf("the outcome is %s, want %s: %+v", got.Outcome, want, got.Error)
				}
				action := &deliver.Job{ID: "a", Org: "o", Kind: deliver.KindRequest, Payload: []byte(`{"Method":"POST","URL":"https://hooks.example/in"}`)}
				if got := w.performer.Attempt(t.Context(), action); got.Outcome != wants[0] {
					t.Errorf("of an action the outcome is %s, want %s: %+v", got.Outcome, wants[0], got.Error)
				}
			})
		}
	}
}

// TestUnknownCodesMayBeAnOutage: a code that no table has is tried for minutes, the attempts that never
// reached the platform do not count, and one bad message does not hold up the others for so long.
func TestUnknownCodesMayBeAnOutage(t *testing.T) {
	for name, answer := range map[string]standin.Answer{"a code": standin.Code(standin.WeComBot, "99999", "the moon is in the way"), "no code": standin.NoCode} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.bot(botKey)
				w.platforms.Always(standin.WeComBot, standin.Answer{Status: 502, Body: "bad gateway"})
				j := w.notice("wecom", "alarm-0001")
				w.queue(j)
				time.Sleep(time.Hour) // of an outage
				w.platforms.Always(standin.WeComBot, answer)
				answered := time.Now()
				w.await(j.ID, deliver.Retryable, time.Minute)
				done := w.await(j.ID, deliver.Discarded, time.Hour)
				if took := time.Since(answered); took < 10*time.Minute {
					t.Errorf("it is given up %v after the platform answers", took)
				}
				if name == "a code" && (done.Error.Code != "99999" || !strings.Contains(done.Error.Message, "the moon is in the way") || done.Error.Remedy == "") {
					t.Errorf("people see %+v", done.Error)
				}
			})
		})
	}
	t.Run("of an action", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			w.platforms.Always(standin.WeComBot, standin.Code(standin.WeComBot, "99999", "news"))
			j := w.action(botKey, "alarm-0001")
			w.queue(j)
			w.await(j.ID, deliver.Discarded, time.Hour)
			if took := time.Since(w.start); took < 10*time.Minute {
				t.Errorf("it is given up after %v", took)
			}
		})
	})
	t.Run("of one message", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			w.bot(botKey)
			w.intercept = func(req runtime.HTTPRequest) (*runtime.HTTPResponse, error) {
				if strings.Contains(string(req.Body), "alarm-0001") {
					return &runtime.HTTPResponse{Status: 200, Body: []byte(`{"errcode":99999,"errmsg":"news"}`)}, nil
				}
				return nil, nil
			}
			bad := w.notice("wecom", "alarm-0001")
			w.queue(bad)
			w.await(bad.ID, deliver.Retryable, time.Minute)
			for i := range 8 {
				good := w.notice("wecom", fmt.Sprintf("alarm-%04d", i+2))
				w.queue(good)
				w.await(good.ID, deliver.Completed, 2*time.Minute)
				time.Sleep(time.Minute)
			}
			w.await(bad.ID, deliver.Discarded, time.Hour)
		})
	})
}
