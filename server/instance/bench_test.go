package instance_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/egress"
	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/scripts/library"
	"github.com/tripline/tripline/server/instance"
	"github.com/tripline/tripline/server/store"
)

// BenchmarkUplink is one uplink that fires a trigger, two RPCs and a delivery, without the sockets of
// the caller: what the server itself does for it.
func BenchmarkUplink(b *testing.B) {
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
	}))
	defer receiver.Close()
	to, err := url.Parse(receiver.URL)
	if err != nil {
		b.Fatal(err)
	}
	const token = "a-token-for-the-benchmark"
	i, err := instance.Start(b.Context(), instance.Settings{
		Data: b.TempDir(), Keys: secret.NewKeyring(secret.NewMasterKey()), AdminToken: token,
		Egress: egress.Config{Rewrite: []egress.Rewrite{{Scheme: "https", Host: "qyapi.weixin.qq.com", To: to}}},
		Limits: runtime.OrgLimits{Everyone: runtime.DefaultLimits()}, Retention: store.DefaultRetention, Retry: deliver.DefaultRetry, Log: slog.DiscardHandler,
	})
	if err != nil {
		b.Fatal(err)
	}
	call := func(method, path, body string) {
		req := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		i.Handler().ServeHTTP(w, req)
		if w.Code >= 300 && w.Code != http.StatusServiceUnavailable {
			b.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
		}
	}
	call("PUT", "/org-params/wecom_webhook_url", `{"value":"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123456789abcdef"}`)
	call("PUT", "/orgs/default", `{"budgets":{"wecom_bot":0}}`)
	call("PUT", "/scripts/trigger/overheat", fmt.Sprintf(`{"source":%q}`, library.Overheat().Source))
	const fleet = 200
	for n := range fleet {
		call("PUT", fmt.Sprintf("/devices/d%d", n), `{"name":"Cold room","triggers":["overheat"],"server_attrs":{"alarm_temp":30}}`)
	}
	var next atomic.Int64
	b.ReportAllocs()
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n := next.Add(1)
			call("POST", "/uplinks?wait=1", fmt.Sprintf(`{"eui":"d%d","thingModelId":"t","telemetry_data":{"temperature":%d.5,"humidity":61.2}}`, n%fleet, 31+n%9))
		}
	})
	b.StopTimer()
	if err := i.Stop(b.Context()); err != nil {
		b.Fatal(err)
	}
}
