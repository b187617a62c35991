package egress

import (
	"bytes"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"github.com/tripline/tripline/runtime"
)

// serve starts a server on loopback and returns its URL.
func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s.URL
}

// local returns a client that may reach 127.0.0.1 and localhost.
func local(t *testing.T, change ...func(*Config)) *Client {
	t.Helper()
	config := Config{Allow: []string{"127.0.0.1", "localhost"}}
	for _, f := range change {
		f(&config)
	}
	c := New(config)
	t.Cleanup(c.CloseIdle)
	return c
}

func get(url string) runtime.HTTPRequest {
	return runtime.HTTPRequest{Method: "GET", URL: url, MaxRedirects: -1}
}

func wantCode(t *testing.T, err error, code string) *runtime.FetchError {
	t.Helper()
	e, ok := errors.AsType[*runtime.FetchError](err)
	if !ok || e.Code != code {
		t.Fatalf("got %v (%T), want %s", err, err, code)
	}
	return e
}

// TestAddressesAreAskedForAsNetHTTPAsksForThem compares request lines and hosts.
func TestAddressesAreAskedForAsNetHTTPAsksForThem(t *testing.T) {
	var got []string
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = append(got, r.RequestURI+" "+r.Host) })
	client := local(t)
	for _, path := range []string{
		"", "/", "?a=b", "/a%2Fb/%E7%83%AD/热 x?q=%2B+&k=[1]#part", "/a//b/../c", "/;p=1/@x:y", "?", "/x?y#", "//two",
	} {
		got = nil
		if _, err := client.Do(t.Context(), get(base+path), nil); err != nil {
			t.Fatalf("%q: %v", path, err)
		}
		resp, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if len(got) != 2 || got[0] != got[1] {
			t.Errorf("%q: %q", path, got)
		}
	}
}

func TestDoSendsWhatItIsGiven(t *testing.T) {
	var got *http.Request
	var body []byte
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "short and stout")
	})
	resp, err := local(t).Do(t.Context(), runtime.HTTPRequest{
		Method: "POST", URL: url + "/a%20b?x=%2F&y", MaxRedirects: -1, Body: []byte(`{"a":1}`),
		Header: []runtime.HeaderField{{Name: "Content-Type", Value: "application/json"}, {Name: "user-agent", Value: "axios/1.21.1"}, {Name: "X-A", Value: "1"}, {Name: "X-A", Value: "2"}},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.Method != "POST" || got.RequestURI != "/a%20b?x=%2F&y" || string(body) != `{"a":1}` || got.ContentLength != 7 {
		t.Errorf("%s %s %q", got.Method, got.RequestURI, body)
	}
	if got.UserAgent() != "axios/1.21.1" || len(got.Header["X-A"]) != 2 || got.Header.Get("Accept-Encoding") != "" {
		t.Errorf("%v", got.Header)
	}
	if resp.Status != 418 || resp.StatusText != "I'm a teapot" || string(resp.Body) != "short and stout" || resp.URL != url+"/a%20b?x=%2F&y" {
		t.Errorf("%+v", resp)
	}
	var cookies []string
	for _, f := range resp.Header {
		if f.Name != strings.ToLower(f.Name) {
			t.Errorf("header name %q", f.Name)
		}
		if f.Name == "set-cookie" {
			cookies = append(cookies, f.Value)
		}
	}
	if strings.Join(cookies, ";") != "a=1;b=2" {
		t.Errorf("%v", cookies)
	}
}

func TestDoSendsNoUserAgentOfItsOwn(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.UserAgent()) })
	resp, err := local(t).Do(t.Context(), get(url), nil)
	if err != nil || len(resp.Body) != 0 {
		t.Errorf("%s %v", resp.Body, err)
	}
}

func TestRefusedAddresses(t *testing.T) {
	reached := false
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(serve(t, func(http.ResponseWriter, *http.Request) { reached = true }), "http://"))
	client := New(Config{Dial: time.Second})
	for _, host := range []string{
		"127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port, "[::ffff:127.0.0.1]:" + port, "[::ffff:7f00:1]:" + port, "0.0.0.0:" + port,
		"[::]:" + port, "127.8.9.10:" + port, "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.192", "[fd00:ec2::254]",
		"[fe80::1]", "[64:ff9b::7f00:1]", "224.0.0.1", "255.255.255.255", "198.18.0.1",
	} {
		_, err := client.Do(t.Context(), get("http://"+host+"/latest/meta-data?key=hunter2"), nil)
		e := wantCode(t, err, string(runtime.CodeEgressBlocked))
		if strings.Contains(e.Message, "hunter2") || strings.Contains(e.Message, "meta-data") {
			t.Errorf("%s: the message tells the path: %s", host, e.Message)
		}
	}
	if reached {
		t.Error("a refused request reached the server")
	}
}

func TestRefusedProtocols(t *testing.T) {
	for _, url := range []string{"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "unix:///var/run/docker.sock", "//127.0.0.1/", "/x"} {
		_, err := local(t).Do(t.Context(), get(url), nil)
		wantCode(t, err, string(runtime.CodeEgressBlocked))
	}
	_, err := local(t).Do(t.Context(), get("http:///x"), nil)
	wantCode(t, err, CodeBadURL)
}

func TestAllowedPrefixesAndHosts(t *testing.T) {
	url := serve(t, func(http.ResponseWriter, *http.Request) {})
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(url, "http://"))
	for _, allow := range []string{"127.0.0.0/8", "127.0.0.1", "127.0.0.1:" + port} {
		if _, err := New(Config{Allow: []string{allow}}).Do(t.Context(), get(url), nil); err != nil {
			t.Errorf("%s: %v", allow, err)
		}
	}
	if _, err := New(Config{Allow: []string{"localhost"}}).Do(t.Context(), get("http://LOCALHOST:"+port), nil); err != nil {
		t.Error(err)
	}
	for _, allow := range []string{"localhost", "10.0.0.0/8", "127.0.0.1:1"} {
		_, err := New(Config{Allow: []string{allow}}).Do(t.Context(), get(url), nil)
		wantCode(t, err, string(runtime.CodeEgressBlocked))
	}
}

type guardFunc func(host string, req runtime.HTTPRequest) error

func (f guardFunc) Allow(host string, req runtime.HTTPRequest) error { return f(host, req) }

func TestGuardIsAskedForEveryHop(t *testing.T) {
	var url string
	url = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, strings.Replace(url, "127.0.0.1", "localhost", 1)+"/next", http.StatusFound)
		}
	})
	var hosts []string
	guard := guardFunc(func(host string, req runtime.HTTPRequest) error {
		hosts = append(hosts, host+" "+req.Method)
		if host == "localhost" {
			return blocked("no")
		}
		return nil
	})
	_, err := local(t).Do(t.Context(), get(url+"/"), guard)
	wantCode(t, err, string(runtime.CodeEgressBlocked))
	if strings.Join(hosts, ",") != "127.0.0.1 GET,localhost GET" {
		t.Error(hosts)
	}
}

func TestHostsAndAll(t *testing.T) {
	hosts := Hosts{"api.example.com", "*.corp.example"}
	for host, want := range map[string]bool{"api.example.com": true, "API.example.com": true, "x.api.example.com": false, "a.corp.example": true, "a.b.corp.example": true, "corp.example": false, "evilcorp.example": false} {
		if err := (All{nil, Hosts{}, hosts}).Allow(host, runtime.HTTPRequest{}); (err == nil) != want {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestTimeouts(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/drip" {
			for range 1000 {
				_, _ = io.WriteString(w, "x")
				w.(http.Flusher).Flush()
				select {
				case <-release:
					return
				case <-r.Context().Done():
					return
				case <-time.After(5 * time.Millisecond):
				}
			}
		}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	for _, path := range []string{"/silent", "/drip"} {
		req := get(url + path)
		req.Timeout = 60 * time.Millisecond
		_, err := local(t).Do(t.Context(), req, nil)
		if e := wantCode(t, err, CodeAborted); e.Message != "timeout of 60ms exceeded" {
			t.Error(e.Message)
		}
		req.Timeout = time.Hour
		_, err = local(t, func(c *Config) { c.Exchange = 50 * time.Millisecond }).Do(t.Context(), req, nil)
		if e := wantCode(t, err, CodeAborted); e.Message != "timeout of 50ms exceeded" {
			t.Error(e.Message)
		}
	}
	_, err := local(t, func(c *Config) { c.Headers = 30 * time.Millisecond }).Do(t.Context(), get(url+"/silent"), nil)
	wantCode(t, err, CodeTimedOut)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = local(t).Do(ctx, get(url), nil)
	wantCode(t, err, CodeCanceled)
}

func TestNetworkErrors(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1024))
			conn.Close()
		}
	}()
	_, err = local(t).Do(t.Context(), get("http://"+address+"/?token=hunter2"), nil)
	wantCode(t, err, CodeReset)
	listener.Close()
	_, err = local(t).Do(t.Context(), get("http://"+address+"/?token=hunter2"), nil)
	if e := wantCode(t, err, CodeRefused); e.Message != "connect ECONNREFUSED "+address {
		t.Error(e.Message)
	}
	plain := serve(t, func(http.ResponseWriter, *http.Request) {})
	_, err = local(t).Do(t.Context(), get(strings.Replace(plain, "http:", "https:", 1)), nil)
	wantCode(t, err, CodeTLS)
	tls := httptest.NewTLSServer(http.NotFoundHandler())
	defer tls.Close()
	_, err = local(t).Do(t.Context(), get(tls.URL), nil)
	wantCode(t, err, "UNABLE_TO_VERIFY_LEAF_SIGNATURE")
	_, err = local(t).Do(t.Context(), get("http://no-such-host.invalid/?key=hunter2"), nil)
	if e, ok := errors.AsType[*runtime.FetchError](err); !ok || (e.Code != CodeNotFound && e.Code != CodeNoAnswer) || strings.Contains(e.Message, "hunter2") {
		t.Errorf("%v", err)
	}
}

func compressed(t *testing.T, encoding string, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch encoding {
	case "gzip", "x-gzip", "compress":
		w = gzip.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "raw":
		w, _ = flate.NewWriter(&b, 5)
	case "br":
		w = brotli.NewWriter(&b)
	default:
		return text
	}
	_, _ = w.Write(text)
	w.Close()
	return b.Bytes()
}

func TestBodies(t *testing.T) {
	text := []byte(strings.Repeat("hello ", 1000))
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		body := compressed(t, q.Get("as"), text)
		if q.Has("cut") {
			body = body[:len(body)-6]
		}
		if q.Has("empty") {
			body = nil
		}
		w.Header().Set("Content-Encoding", q.Get("said"))
		_, _ = w.Write(body)
	})
	tests := []struct {
		query, body, encoding, code string
	}{
		{"as=plain&said=", string(text), "", ""},
		{"as=gzip&said=gzip", string(text), "", ""},
		{"as=gzip&said=X-GZIP", string(text), "", ""},
		{"as=gzip&said=compress", string(text), "", ""},
		{"as=deflate&said=gzip", string(text), "", ""},
		{"as=deflate&said=deflate", string(text), "", ""},
		{"as=raw&said=deflate", string(text), "", ""},
		{"as=br&said=br", string(text), "", ""},
		{"as=gzip&said=gzip&cut=1", string(text), "", ""},
		{"as=gzip&said=gzip&empty=1", "", "", ""},
		{"as=plain&said=identity", string(text), "identity", ""},
		{"as=plain&said=gzip", "", "", "Z_DATA_ERROR"},
		{"as=plain&said=br", "", "", "Z_DATA_ERROR"},
	}
	for _, test := range tests {
		resp, err := local(t).Do(t.Context(), get(url+"/?"+test.query), nil)
		if test.code != "" {
			wantCode(t, err, test.code)
			continue
		}
		encoding := ""
		for _, f := range resp.Header {
			if f.Name == "content-encoding" {
				encoding = f.Value
			}
		}
		if err != nil || string(resp.Body) != test.body || encoding != test.encoding {
			t.Errorf("%s: %d bytes, %q, %v", test.query, len(resp.Body), encoding, err)
		}
	}
	req := get(url + "/?as=gzip&said=gzip")
	req.NoDecompress = true
	if resp, err := local(t).Do(t.Context(), req, nil); err != nil || !bytes.Equal(resp.Body, compressed(t, "gzip", text)) {
		t.Errorf("decompress: false gave %d bytes, %v", len(resp.Body), err)
	}
}

func TestBodyLimits(t *testing.T) {
	bomb := compressed(t, "gzip", make([]byte, 64<<20))
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/bomb" {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb)
			return
		}
		var n int
		_, _ = fmt.Sscan(r.URL.Query().Get("n"), &n)
		_, _ = w.Write(make([]byte, n))
	})
	tests := []struct {
		path  string
		limit int64
		want  string
	}{
		{"/?n=1048576", 0, ""},
		{"/?n=1048577", 0, "maxContentLength size of 1048576 exceeded"},
		{"/bomb", 0, "maxContentLength size of 1048576 exceeded"},
		{"/?n=10", 10, ""},
		{"/?n=11", 10, "maxContentLength size of 10 exceeded"},
		{"/?n=1048577", 1 << 40, "maxContentLength size of 1048576 exceeded"},
	}
	for _, test := range tests {
		req := get(url + test.path)
		req.MaxResponseBytes = test.limit
		_, err := local(t).Do(t.Context(), req, nil)
		req.CutResponse = true
		most := min(1<<20, cmp.Or(test.limit, 1<<20))
		if test.path == "/bomb" {
			if _, err := local(t).Do(t.Context(), req, nil); err == nil {
				t.Error("a bomb is an answer when it is cut")
			}
		} else if resp, err := local(t).Do(t.Context(), req, nil); err != nil || resp.Status != 200 || resp.Cut != (test.want != "") || int64(len(resp.Body)) != most {
			t.Errorf("%s, to be cut: %d, %d bytes, cut %v, %v", test.path, resp.Status, len(resp.Body), resp.Cut, err)
		}
		if test.want == "" {
			if err != nil {
				t.Errorf("%s: %v", test.path, err)
			}
			continue
		}
		if e := wantCode(t, err, CodeBadResponse); e.Message != test.want {
			t.Errorf("%s: %s", test.path, e.Message)
		}
	}
}

func TestConnectionsAreKept(t *testing.T) {
	peers := map[string]bool{}
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { peers[r.RemoteAddr] = true })
	client := local(t)
	for range 5 {
		if _, err := client.Do(t.Context(), get(url), nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(peers) != 1 {
		t.Errorf("%d connections for five requests one after another", len(peers))
	}
}
