package deliver_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/egress"
	"github.com/tripline/tripline/runtime/platform/known"
)

const credential = "s3cr3t-value-0123456789"

// org is an organisation with one secret that may go to 127.0.0.1 only.
type org struct {
	hosts    []string
	downlink string
	err      error
}

func (o org) OrgParams(context.Context, string) (*orgparams.Set, error) {
	return orgparams.NewSet([]orgparams.Param{{Key: "k", Value: credential, Secret: true, Hosts: []string{"127.0.0.1"}}}, nil), o.err
}
func (o org) EgressHosts(string) []string { return o.hosts }
func (o org) DownlinkURL(string) string   { return o.downlink }

// performer reaches a server of the test, also under the name of a chat platform and of another host.
func performer(t *testing.T, o org, handler http.HandlerFunc) (*deliver.HTTP, string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	to, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := egress.New(egress.Config{Allow: []string{"127.0.0.1"}, Rewrite: []egress.Rewrite{
		{Scheme: "https", Host: "qyapi.weixin.qq.com", To: to}, {Scheme: "https", Host: "elsewhere.example", To: to},
	}})
	t.Cleanup(client.CloseIdle)
	return &deliver.HTTP{Client: client, Orgs: o, Platforms: known.Platforms(), Now: time.Now}, server.URL
}

func answer(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func request(t *testing.T, url, body string) *deliver.Job {
	t.Helper()
	payload, err := json.Marshal(runtime.HTTPRequest{Method: "POST", URL: url, Body: []byte(body), MaxRedirects: -1})
	if err != nil {
		t.Fatal(err)
	}
	return &deliver.Job{ID: "j", Org: "o", EUI: "d", Kind: deliver.KindRequest, Destination: url, Payload: payload}
}

func TestOutcomes(t *testing.T) {
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		url     string // "": the server's own
		org     org
		outcome string
		status  int
		code    string
		after   time.Duration
	}{
		{name: "2xx", handler: answer(204, ""), outcome: deliver.Delivered, status: 204},
		{name: "refused", handler: answer(404, "no"), outcome: deliver.Permanent, status: 404, code: "http_404"},
		{name: "later", handler: answer(503, "busy"), outcome: deliver.Transient, status: 503, code: "http_503"},
		{name: "says when", handler: answer(429, "", "Retry-After", "17"), outcome: deliver.Transient, status: 429, code: "http_429", after: 17 * time.Second},
		{name: "platform takes it", url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x", handler: answer(200, `{"errcode":0,"errmsg":"ok"}`), outcome: deliver.Delivered, status: 200},
		{name: "platform fails inside 200", url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x", handler: answer(200, `{"errcode":93000,"errmsg":"invalid webhook url"}`), outcome: deliver.Permanent, status: 200, code: "93000"},
		{name: "platform is busy inside 200", url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x", handler: answer(200, `{"errcode":45009,"errmsg":"api freq out of limit"}`), outcome: deliver.Transient, status: 200, code: "45009", after: time.Minute},
		{name: "host is not on the list", org: org{hosts: []string{"api.example.com"}}, handler: answer(200, ""), outcome: deliver.Permanent, code: "egress_blocked"},
		{name: "no URL", url: "::", handler: answer(200, ""), outcome: deliver.Permanent, code: "ERR_INVALID_URL"},
		{name: "nobody there", url: "http://127.0.0.1:1/", handler: answer(200, ""), outcome: deliver.Transient, code: "ECONNREFUSED"},
		{name: "params cannot be read", org: org{err: errors.New("disk")}, handler: answer(200, ""), outcome: deliver.Transient, code: "internal"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, address := performer(t, c.org, c.handler)
			if c.url != "" {
				address = c.url
			}
			before := time.Now()
			a := h.Attempt(t.Context(), request(t, address, "{}"))
			code := ""
			if a.Error != nil {
				code = a.Error.Code
				if a.Error.Message == "" {
					t.Error("an error without a message")
				}
			}
			if a.Outcome != c.outcome || a.Status != c.status || code != c.code || a.RetryAfter != c.after {
				t.Errorf("outcome %s, status %d, error %q, again after %v; want %s %d %q %v", a.Outcome, a.Status, code, a.RetryAfter, c.outcome, c.status, c.code, c.after)
			}
			if a.At.Before(before) || a.DurationMS < 0 || a.DurationMS > 60_000 {
				t.Errorf("at %v for %v ms", a.At, a.DurationMS)
			}
		})
	}
}

func TestASecretGoesOnlyWhereItMay(t *testing.T) {
	asked := 0
	h, address := performer(t, org{}, func(w http.ResponseWriter, _ *http.Request) { asked++ })
	if a := h.Attempt(t.Context(), request(t, address, credential)); a.Outcome != deliver.Delivered {
		t.Errorf("to where it was granted: %+v", a)
	}
	a := h.Attempt(t.Context(), request(t, "https://elsewhere.example/", credential))
	if a.Outcome != deliver.Permanent || a.Error.Code != "egress_blocked" || asked != 1 {
		t.Errorf("elsewhere: %+v after %d requests", a.Error, asked)
	}
	if strings.Contains(a.Error.Message, credential) {
		t.Errorf("the error shows it: %s", a.Error.Message)
	}
}

func TestARepliesSecretsAreMasked(t *testing.T) {
	pad := strings.Repeat("x", 2048-10)
	for name, c := range map[string]struct{ body, want, not string }{
		"short":                      {"fine", "fine", ""},
		"a secret":                   {"you sent " + credential, "you sent •••", ""},
		"a secret across the cut":    {pad + credential, "x", credential[:6]},
		"a token":                    {`{"access_token":"abc.def", "n":1}`, `{"access_token":"•••", "n":1}`, ""},
		"a token with a quote":       {`{"accessToken" : "ab\"cdef\\","n":1}`, `{"accessToken" : "•••","n":1}`, ""},
		"a token across the cut":     {pad + `"secret":"abcdefghijk"`, "x", "abcdefg"},
		"not UTF-8":                  {"\xff\xfeok", "\uFFFDok", "\xff"},
		"characters across the cut":  {"x" + strings.Repeat("温", 1000), "温…", "\uFFFD"},
		"long before it is redacted": {strings.Repeat(credential, 60), "•••", "s3cr"},
	} {
		t.Run(name, func(t *testing.T) {
			h, address := performer(t, org{}, answer(200, c.body))
			got := h.Attempt(t.Context(), request(t, address, "")).Reply
			if !strings.Contains(got, c.want) || c.not != "" && strings.Contains(got, c.not) || strings.Contains(got, credential) {
				t.Errorf("the reply on record is %.60q … %.30q", got, got[max(0, len(got)-30):])
			}
			if len(got) > 2048+len("…") {
				t.Errorf("%d bytes are kept", len(got))
			}
		})
	}
}

func TestADownlinkIsPushed(t *testing.T) {
	var body, kind, key string
	o := org{}
	h, address := performer(t, o, func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		body, kind, key = r.Method+" "+r.URL.Path+" "+string(text), r.Header.Get("Content-Type"), r.Header.Get("Idempotency-Key")
	})
	j := &deliver.Job{ID: "id1", Org: "o", EUI: "d", Kind: deliver.KindDownlink, Payload: []byte(`{"moteeui":"d","userdata":{"port":2}}`)}
	if h.Takes(j) {
		t.Error("without an address the downlink is taken")
	}
	if a := h.Attempt(t.Context(), j); a.Outcome != deliver.Transient || a.Error.Code != "not_pushed" {
		t.Errorf("once its address is taken away: %+v", a)
	}
	h.Orgs = org{downlink: address + "/push"}
	if !h.Takes(j) {
		t.Error("with an address the downlink is not taken")
	}
	if a := h.Attempt(t.Context(), j); a.Outcome != deliver.Delivered {
		t.Fatalf("%+v", a)
	}
	if want := `POST /push {"id":"id1","eui":"d","downlink":{"moteeui":"d","userdata":{"port":2}}}`; body != want || kind != "application/json" || key != "id1" {
		t.Errorf("the network server got %s (%s, key %s), want %s", body, kind, key, want)
	}
}

func TestLocalChanges(t *testing.T) {
	h, _ := performer(t, org{}, answer(200, ""))
	attrs := &deliver.Job{Kind: deliver.KindAttributes, Payload: []byte(`{"attributes":{"server_attrs":{"b":1,"a":2}}}`)}
	if a := h.Attempt(t.Context(), attrs); a.Outcome != deliver.Delivered || attrs.Local == nil || attrs.Local.Attributes.Server.Len() != 2 || attrs.Local.Alarm != nil {
		t.Errorf("attributes: %+v, %+v", a, attrs.Local)
	}
	raised := &deliver.Job{Kind: deliver.KindAlarm, Payload: []byte(`{"alarm":{"action":"new","alarm_name":"x","level":"low"}}`)}
	if a := h.Attempt(t.Context(), raised); a.Outcome != deliver.Delivered || raised.Local == nil || raised.Local.Alarm.Action != alarm.New || raised.Local.Alarm.Name != "x" {
		t.Errorf("an alarm: %+v, %+v", a, raised.Local)
	}
	for _, kind := range []deliver.Kind{deliver.KindAttributes, deliver.KindAlarm, deliver.KindRequest} {
		broken := &deliver.Job{Kind: kind, Payload: []byte(`{`)}
		if a := h.Attempt(t.Context(), broken); a.Outcome != deliver.Permanent || a.Error.Code != "bad_payload" || broken.Local != nil {
			t.Errorf("%s with a payload that cannot be read: %+v", kind, a)
		}
	}
}

func TestDestinations(t *testing.T) {
	h, _ := performer(t, org{}, answer(200, ""))
	job := func(org string, kind deliver.Kind, destination string) string {
		return h.Route(&deliver.Job{Org: org, Kind: kind, Destination: destination}).Destination
	}
	one := job("o", deliver.KindRequest, "https://a.example/x?key=•••")
	if one != job("o", deliver.KindRequest, "https://a.example/y") {
		t.Error("two paths of a host are two destinations")
	}
	others := map[string]bool{one: true}
	for _, other := range []string{
		job("p", deliver.KindRequest, "https://a.example/x"), job("o", deliver.KindRequest, "https://b.example/x"),
		job("o", deliver.KindDownlink, "downlink"), job("o", deliver.KindAlarm, "alarm"), job("o", deliver.KindRequest, "http://%zz"),
	} {
		others[other] = true
	}
	if len(others) < 5 {
		t.Errorf("different destinations share slots: %v", others)
	}
	if job("o", deliver.KindAlarm, "alarm") != job("o", deliver.KindAttributes, "attributes") {
		t.Error("changes of one device go two ways")
	}
}

// TestARequestIsMadeAsItIsInMemoryOrOnDisk holds a job that never left memory to one that was read back.
func TestARequestIsMadeAsItIsInMemoryOrOnDisk(t *testing.T) {
	var got []string
	h, address := performer(t, org{}, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.Method+" "+r.URL.String()+" "+r.Header.Get("X-A")+" "+string(body))
	})
	stored := request(t, address+"/x?y=1", "")
	want := runtime.HTTPRequest{Method: "PUT", URL: address + "/x?y=1", Body: []byte("热"), MaxRedirects: -1, Header: []runtime.HeaderField{{Name: "X-A", Value: "b"}}}
	stored.Payload, _ = json.Marshal(want)
	kept := *stored
	kept.Payload, kept.Request = nil, &want
	for _, j := range []*deliver.Job{stored, &kept} {
		a := h.Attempt(t.Context(), j)
		if a.Outcome != deliver.Delivered {
			t.Fatalf("%+v", a.Error)
		}
		if deliver.DefaultRetry.Settle(j, a, time.Now()); j.Payload != nil || j.Request != nil {
			t.Error("a job that is completed keeps what it did")
		}
	}
	if len(got) != 2 || got[0] != got[1] || got[0] != "PUT /x?y=1 b 热" {
		t.Errorf("%q", got)
	}
}
