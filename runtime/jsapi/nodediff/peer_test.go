package nodediff

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// peer answers both sides and keeps what they sent, by the number of the case in the path.
type peer struct {
	*httptest.Server
	mu   sync.Mutex
	sent map[string][]string
}

func newPeer(t *testing.T) *peer {
	p := &peer{sent: map[string][]string{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

// take returns what was sent in a case and forgets it.
func (p *peer) take(number int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := strconv.Itoa(number)
	lines := p.sent[key]
	slices.Sort(lines) // those that are sent at the same time arrive in any order
	delete(p.sent, key)
	return strings.ReplaceAll(strings.Join(lines, "\n"), strings.TrimPrefix(p.URL, "http://"), "HOST")
}

var boundary = regexp.MustCompile(`axios-[0-9.]+-boundary-[\w-]{25}|-{26}[0-9a-z]{24}`)

func (p *peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	number, route, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/c/"), "/")
	if route != "unseen" { // what is cancelled may have been sent or not
		p.mu.Lock()
		p.sent[number] = append(p.sent[number], wire(r, body))
		p.mu.Unlock()
	}
	respond(w, r, "/"+route, body)
}

// wire is a request as far as both sides must agree on it.
func wire(r *http.Request, body []byte) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		if name != "Connection" {
			lines = append(lines, strings.ToLower(name)+": "+strings.Join(r.Header[name], ", "))
		}
	}
	text := fmt.Sprintf("%s %s [%s] %q", r.Method, r.RequestURI, strings.Join(lines, "; "), body)
	return boundary.ReplaceAllString(text, "BOUNDARY")
}

func respond(w http.ResponseWriter, r *http.Request, route string, body []byte) {
	query := r.URL.Query()
	status, _ := strconv.Atoi(query.Get("status"))
	if status == 0 {
		status = http.StatusOK
	}
	text := func(contentType, body string) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
	switch route {
	case "/json":
		w.Header()["X-Multi"] = []string{"a", "b"}
		w.Header()["Set-Cookie"] = []string{"c=1", "d=2"}
		text("application/json; charset=utf-8", `{"b":1,"a":[true,null,"é"],"2":"x","__proto__":{"p":1}}`)
	case "/text":
		text("text/plain", query.Get("t"))
	case "/raw":
		text("application/octet-stream", "\x00\xff\x01caf\xe9\xfe")
	case "/bom":
		text("application/json", "\uFEFF{\"a\":1}")
	case "/empty":
		w.WriteHeader(status)
	case "/slow", "/unseen":
		select {
		case <-time.After(2 * time.Second):
		case <-r.Context().Done():
		}
	case "/gzip", "/deflate", "/rawdeflate", "/badgzip":
		_, _ = w.Write(compressed(w, route))
	case "/redirect":
		w.Header().Set("Location", query.Get("to"))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "see there")
	case "/loop":
		http.Redirect(w, r, r.URL.Path, http.StatusFound)
	case "/hangup":
		panic(http.ErrAbortHandler)
	case "/short":
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "only this")
	case "/length":
		text("text/plain", strconv.Itoa(len(body)))
	default:
		http.NotFound(w, r)
	}
}

func compressed(w http.ResponseWriter, route string) []byte {
	var b bytes.Buffer
	var z io.WriteCloser
	switch route {
	case "/badgzip":
		w.Header().Set("Content-Encoding", "gzip")
		return []byte("this is not gzip")
	case "/gzip":
		w.Header().Set("Content-Encoding", "gzip")
		z = gzip.NewWriter(&b)
	case "/deflate":
		w.Header().Set("Content-Encoding", "deflate")
		z = zlib.NewWriter(&b)
	default:
		w.Header().Set("Content-Encoding", "deflate")
		z, _ = flate.NewWriter(&b, flate.DefaultCompression)
	}
	_, _ = io.WriteString(z, `{"z":"compressed"}`)
	_ = z.Close()
	return b.Bytes()
}
