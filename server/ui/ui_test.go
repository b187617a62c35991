package ui

import (
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"
	"testing/fstest"
)

func built() handler {
	return newHandler(fstest.MapFS{
		".gitkeep":               {},
		"index.html":             {Data: []byte("<title>page</title>")},
		"index.html.gz":          {Data: []byte("zipped page")},
		"favicon.svg":            {Data: []byte("<svg/>")},
		"assets/main-a1b2.js":    {Data: []byte("script")},
		"assets/main-a1b2.js.gz": {Data: []byte("zipped script")},
	})
}

func get(t *testing.T, h http.Handler, method, target string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestHandlerServesFilesAndPages(t *testing.T) {
	const page, forever = "no-cache", "public, max-age=31536000, immutable"
	for _, c := range []struct {
		target, accept string
		status         int
		body, cache    string
		contentType    string
	}{
		{"/", "", 200, "<title>page</title>", page, "text/html; charset=utf-8"},
		{"/", "gzip, br", 200, "zipped page", page, "text/html; charset=utf-8"},
		{"/", "br, gzip;q=0", 200, "<title>page</title>", page, "text/html; charset=utf-8"},
		{"/org-params/wecom.key?q=1", "", 200, "<title>page</title>", page, "text/html; charset=utf-8"},
		{"/setup?token=abc", "", 200, "<title>page</title>", page, "text/html; charset=utf-8"},
		{"/assets/main-a1b2.js", "", 200, "script", forever, "text/javascript; charset=utf-8"},
		{"/assets/main-a1b2.js", "gzip", 200, "zipped script", forever, "text/javascript; charset=utf-8"},
		{"/assets/main-gone.js", "", 404, "404 page not found\n", page, "text/plain; charset=utf-8"},
		{"/assets/../index.html", "", 200, "<title>page</title>", page, "text/html; charset=utf-8"},
		{"/favicon.svg", "gzip", 200, "<svg/>", page, "image/svg+xml"},
		{"/favicon.ico", "", 404, "404 page not found\n", page, "text/plain; charset=utf-8"},
		{"/index.html.gz", "", 404, "404 page not found\n", page, "text/plain; charset=utf-8"},
		{"/.gitkeep", "", 404, "404 page not found\n", page, "text/plain; charset=utf-8"},
	} {
		t.Run(c.target+" "+c.accept, func(t *testing.T) {
			r := get(t, built(), "GET", c.target, "Accept-Encoding", c.accept)
			if got := body(t, r); r.StatusCode != c.status || got != c.body {
				t.Errorf("got %d %q, want %d %q", r.StatusCode, got, c.status, c.body)
			}
			if got := r.Header.Get("Content-Type"); got != c.contentType {
				t.Errorf("Content-Type %q, want %q", got, c.contentType)
			}
			// http.Error takes the caching headers away from an error.
			if got := r.Header.Get("Cache-Control"); got != c.cache && c.status == 200 {
				t.Errorf("Cache-Control %q, want %q", got, c.cache)
			}
		})
	}
}

func TestHandlerAnswersNotModified(t *testing.T) {
	for _, accept := range []string{"", "gzip"} {
		first := get(t, built(), "GET", "/", "Accept-Encoding", accept)
		etag := first.Header.Get("ETag")
		again := get(t, built(), "GET", "/", "Accept-Encoding", accept, "If-None-Match", etag)
		if etag == "" || again.StatusCode != http.StatusNotModified {
			t.Errorf("Accept-Encoding %q: ETag %q, then status %d, want 304", accept, etag, again.StatusCode)
		}
	}
}

func TestHandlerSetsSecurityHeaders(t *testing.T) {
	for _, target := range []string{"/", "/assets/main-a1b2.js", "/assets/gone.js"} {
		header := get(t, built(), "GET", target).Header
		policy := header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: policy %q lacks %q", target, policy, want)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q has something unsafe", target, policy)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", target, name, got, want)
			}
		}
	}
}

func TestHandlerTakesOnlyReads(t *testing.T) {
	if r := get(t, built(), "POST", "/"); r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: status %d, Allow %q", r.StatusCode, r.Header.Get("Allow"))
	}
	if r := get(t, built(), "HEAD", "/"); r.StatusCode != http.StatusOK || body(t, r) != "" {
		t.Errorf("HEAD: status %d, want 200 without a body", r.StatusCode)
	}
}

func TestHandlerSaysHowToBuildThePages(t *testing.T) {
	r := get(t, newHandler(fstest.MapFS{".gitkeep": {}}), "GET", "/org-params")
	if got := body(t, r); r.StatusCode != http.StatusServiceUnavailable || !strings.Contains(got, "make build") {
		t.Errorf("got %d %q, want 503 and the command", r.StatusCode, got)
	}
}

func TestEveryEmbeddedFileHasAContentType(t *testing.T) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		t.Fatal(err)
	}
	for name := range newHandler(files) {
		if contentTypes[path.Ext(name)] == "" {
			t.Errorf("%s: contentTypes lacks %q", name, path.Ext(name))
		}
	}
}

func TestEmbeddedHandler(t *testing.T) {
	r := get(t, Handler(), "GET", "/")
	if got := body(t, r); !strings.Contains(got, "Tripline") {
		t.Errorf("the embedded pages answered %d %q", r.StatusCode, got)
	}
}
