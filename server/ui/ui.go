// Package ui serves the admin pages: a Preact application that make build puts into dist, embedded into
// the binary. Its source is in src; README.md says how to build, test and extend it.
package ui

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed all:dist
var dist embed.FS

// contentSecurityPolicy lets the pages load their own files and call their own server, and nothing else.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const (
	index  = "index.html"
	hashed = "assets/" // files whose names change with their content
)

// contentTypes has every kind of file that the build makes: the table of the machine may say something else.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".svg":  "image/svg+xml",
}

// notBuilt is what a binary that was built without Node shows in place of the pages.
const notBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Tripline</title>
<h1>Tripline is running, without its admin pages</h1>
<p>This binary was built before the pages were. Run <code>make build</code> (it needs Node 20 or later) and start
<code>bin/tripline serve</code> again.</p>
<p>The HTTP interface is complete: <a href="/api/v1/openapi.json">/api/v1/openapi.json</a> describes it.</p>
</html>
`

// Handler serves the admin pages: their files, and index.html for every other path, so that a link to any
// page works. It answers GET and HEAD; routes of the API must be matched before it.
func Handler() http.Handler {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the name is a constant: cannot happen
	}
	return newHandler(files)
}

// file is one embedded file, ready to be sent.
type file struct {
	name    string
	etag    string
	plain   []byte
	gzipped []byte // nil when the build made none
}

type handler map[string]file

func newHandler(files fs.FS) handler {
	h := handler{}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(path.Base(name), ".") || strings.HasSuffix(name, ".gz") {
			return err
		}
		plain, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		gzipped, _ := fs.ReadFile(files, name+".gz") // absent: sent as it is
		sum := sha256.Sum256(plain)
		h[name] = file{name: name, etag: hex.EncodeToString(sum[:8]), plain: plain, gzipped: gzipped}
		return nil
	})
	if err != nil {
		panic("embedded admin pages: " + err.Error()) // a broken binary
	}
	return h
}

// ServeHTTP implements http.Handler.
func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", contentSecurityPolicy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer") // the one-time link carries its token in the address
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cache-Control", "no-cache")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "the admin pages are read with GET", http.StatusMethodNotAllowed)
		return
	}
	if _, built := h[index]; !built {
		header.Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(notBuilt)) // nobody is left to tell
		return
	}
	f, ok := h.find(strings.TrimPrefix(path.Clean(r.URL.Path), "/"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	f.serve(w, r)
}

// find returns the file at name, or index.html where name can be the address of a page: anything that does
// not look like a missing file. A page's address may have a dot in it (a key, an EUI), below the first level.
func (h handler) find(name string) (file, bool) {
	if f, ok := h[name]; ok {
		return f, true
	}
	missing := strings.HasPrefix(name, hashed) || !strings.Contains(name, "/") && path.Ext(name) != ""
	return h[index], !missing
}

func (f file) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	if strings.HasPrefix(f.name, hashed) {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	header.Set("Content-Type", contentTypes[path.Ext(f.name)])
	content, etag := f.plain, f.etag
	if f.gzipped != nil {
		header.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			header.Set("Content-Encoding", "gzip")
			content, etag = f.gzipped, f.etag+"-gz"
		}
	}
	header.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, f.name, time.Time{}, bytes.NewReader(content))
}

func acceptsGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(coding), ";")
		if strings.EqualFold(name, "gzip") {
			return strings.TrimSpace(weight) != "q=0"
		}
	}
	return false
}
