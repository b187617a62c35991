package jsapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/egress"
)

// netHost fetches over the network as the server does.
type netHost struct {
	client *egress.Client
	guard  egress.Guard
}

func newNetHost(t testing.TB) *netHost {
	h := &netHost{client: egress.New(egress.Config{Allow: []string{"127.0.0.1"}})}
	t.Cleanup(h.client.CloseIdle)
	return h
}

func (h *netHost) Fetch(ctx context.Context, req runtime.HTTPRequest) (runtime.HTTPResponse, error) {
	return h.client.Do(ctx, req, h.guard)
}

func (h *netHost) CacheGet(context.Context, string) (json.RawMessage, error) {
	return nil, errors.New("no cache here")
}

func (h *netHost) CacheSet(context.Context, string, json.RawMessage, time.Duration) error {
	return errors.New("no cache here")
}

func (h *netHost) CacheLock(context.Context, string) (func(), error) {
	return nil, errors.New("no cache here")
}

// peer is the server that the scripts of testdata/axios.jsonl talked to when their results were taken.
func peer(t testing.TB) string {
	s := httptest.NewServer(http.HandlerFunc(answer))
	t.Cleanup(s.Close)
	return s.URL
}

func answer(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	status, _ := strconv.Atoi(r.URL.Query().Get("status"))
	if status == 0 {
		status = http.StatusOK
	}
	switch r.URL.Path {
	case "/echo":
		w.Header()["X-Multi"] = []string{"a", "b"}
		w.Header()["Set-Cookie"] = []string{"c=1", "d=2"}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write(echoed(r, body))
	case "/text":
		text := r.URL.Query().Get("t")
		if text == "" {
			text = "plain text"
		}
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	case "/slow":
		select {
		case <-time.After(300 * time.Millisecond):
		case <-r.Context().Done():
		}
	case "/bytes":
		_, _ = w.Write([]byte{0, 255, 1, 254})
	case "/latin1":
		_, _ = w.Write([]byte("caf\xe9"))
	case "/bom":
		_, _ = io.WriteString(w, "\uFEFF{\"a\":1}")
	case "/gzip":
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, `{"z":1}`)
		z.Close()
	case "/redir":
		http.Redirect(w, r, "/echo?r=1", http.StatusFound)
	case "/loop":
		http.Redirect(w, r, "/loop", http.StatusFound)
	case "/hangup":
		panic(http.ErrAbortHandler)
	default:
		http.NotFound(w, r)
	}
}

func echoed(r *http.Request, body []byte) []byte {
	headers := map[string]string{}
	for name, values := range r.Header {
		if name = strings.ToLower(name); name != "content-length" && name != "connection" {
			headers[name] = strings.Join(values, ", ")
		}
	}
	text, _ := json.Marshal(map[string]any{"method": r.Method, "url": r.RequestURI, "headers": headers, "body": string(body)})
	return text
}

func TestAxiosBehavesAsTheNpmPackage(t *testing.T) {
	text, err := os.ReadFile("testdata/axios.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	base := peer(t)
	for line := range bytes.Lines(text) {
		var c struct {
			Script string
			Value  any
			Error  map[string]any
		}
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		value, failure := runAxios(t, newNetHost(t), base, c.Script)
		if !reflect.DeepEqual(failure, c.Error) || !reflect.DeepEqual(value, c.Value) {
			t.Errorf("%s\ngot  %v %v\nwant %v %v", c.Script, value, failure, c.Value, c.Error)
		}
	}
}

// runAxios returns what the script returned, or the telling parts of what it threw.
func runAxios(t *testing.T, host runtime.Host, base, script string) (value any, failure map[string]any) {
	t.Helper()
	r := newRealm(t, host)
	if err := r.env.VM.Set("base", base); err != nil {
		t.Fatal(err)
	}
	text, err := r.run(script)
	var thrown *rejection
	if errors.As(err, &thrown) {
		o := thrown.reason.ToObject(r.env.VM)
		picked := r.env.VM.NewObject()
		for _, name := range []string{"name", "message", "code", "status", "isAxiosError"} {
			if v := o.Get(name); v != nil {
				_ = picked.Set(name, v)
			}
		}
		raw, err := r.env.Stringify(picked)
		if err != nil {
			t.Fatal(err)
		}
		_ = json.Unmarshal([]byte(placeless(string(raw), base)), &failure)
		return nil, failure
	}
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	if text != "" {
		_ = json.Unmarshal([]byte(placeless(text, base)), &value)
	}
	return value, nil
}

// placeless replaces the address of the peer as the vectors have it.
func placeless(text, base string) string {
	text = strings.ReplaceAll(text, base, "BASE")
	return strings.ReplaceAll(text, strings.TrimPrefix(base, "http://"), "HOST")
}

func TestAxiosIsRefused(t *testing.T) {
	base := peer(t)
	for script, code := range map[string]string{
		`await axios.get(base, {proxy: false})`:                                        "ERR_BAD_OPTION",
		`await axios.get(base, {responseType: "stream"})`:                              "ERR_BAD_OPTION",
		`await axios.get(base, {responseType: "blob"})`:                                "ERR_BAD_OPTION",
		`axios.getAdapter("http")`:                                                     "ERR_NOT_SUPPORT",
		`await axios.get(base, {socketPath: "/x"})`:                                    "ERR_BAD_OPTION",
		`await axios.get(base, {adapter: () => 1})`:                                    "ERR_BAD_OPTION",
		`await axios.get(base, {lookup() {}})`:                                         "ERR_BAD_OPTION",
		`await axios.get(base, {headers: {Host: "evil"}})`:                             "ERR_BAD_OPTION",
		`await axios.get(base, {headers: {"X-A": "a\r\nHost: evil"}})`:                 "ERR_BAD_OPTION",
		`await axios.get("http://169.254.169.254/latest/meta-data/")`:                  "egress_blocked",
		`await axios.get("file:///etc/passwd")`:                                        "ERR_BAD_REQUEST",
		`for (let i = 0; i < 17; i++) await axios.get(base + "/text")`:                 "too_many_requests",
		`await Promise.all(Array.from({length: 40}, () => axios.get(base)))`:           "too_many_requests",
		`const a = {}; a.a = a; await axios.get(base, {params: a})`:                    "",
		`const a = {}; a.a = a; await axios.get(base, {x: a})`:                         "",
		`await axios.get(base, {params: {a: new Array(1e9)}})`:                         "",
		`await axios.get(base, {params: {get a() { throw new TypeError("mine") }}})`:   "",
		`await axios.get(base, {transformResponse() { throw new TypeError("mine") }})`: "",
		`await axios.get(base, {validateStatus() { throw new TypeError("mine") }})`:    "",
	} {
		_, failure := runAxios(t, newNetHost(t), base, script)
		if failure == nil || (code != "" && failure["code"] != code) {
			t.Errorf("%s: %v", script, failure)
		}
	}
}

func TestAxiosSixteenRequestsAreAllowed(t *testing.T) {
	value, failure := runAxios(t, newNetHost(t), peer(t), `let n = 0; for (let i = 0; i < 16; i++) n += (await axios.get(base + "/text")).status; return n`)
	if value != float64(3200) {
		t.Errorf("%v %v", value, failure)
	}
}

func TestAxiosErrorsNameTheCallersPlace(t *testing.T) {
	value, failure := runAxios(t, newNetHost(t), peer(t), "try {\n await axios.get(base + '/echo?status=500')\n} catch (e) { return e.stack }")
	stack, _ := value.(string)
	if !strings.HasPrefix(stack, "AxiosError: Request failed with status code 500\n") || !strings.Contains(stack, ":2:") {
		t.Errorf("%q %v", stack, failure)
	}
}

func TestAxiosWithoutHost(t *testing.T) {
	_, failure := runAxios(t, nil, "http://none", `await axios.get("http://h/")`)
	if failure["code"] != "ERR_NETWORK" {
		t.Error(failure)
	}
}

func TestAxiosStrictJSON(t *testing.T) {
	_, failure := runAxios(t, newNetHost(t), peer(t), `await axios.get(base + "/text?t=%7Bbad", {responseType: "json", transitional: {silentJSONParsing: false}})`)
	if failure["name"] != "SyntaxError" || failure["code"] != "ERR_BAD_RESPONSE" || failure["status"] != float64(200) {
		t.Error(failure)
	}
}

func TestAxiosIsForRPCsOnly(t *testing.T) {
	var kinds []string
	for _, g := range Globals() {
		if g.Name == "axios" {
			for _, k := range runtime.Kinds {
				if g.For(k) {
					kinds = append(kinds, string(k))
				}
			}
		}
	}
	sort.Strings(kinds)
	if !reflect.DeepEqual(kinds, []string{"rpc"}) {
		t.Error(kinds)
	}
}

func TestAxiosLogsWhatItIgnores(t *testing.T) {
	r := newRealm(t, newNetHost(t))
	var logged string
	r.env.Log = func(level, text string, _ json.RawMessage) { logged += level + " " + text }
	_ = r.env.VM.Set("base", peer(t))
	if _, err := r.run(`await axios.get(base + "/text", {withCredentials: true, retries: 3})`); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(logged, "warn axios: ignored") || !strings.Contains(logged, "withCredentials") || strings.Contains(logged, "retries") {
		t.Error(logged)
	}
}
