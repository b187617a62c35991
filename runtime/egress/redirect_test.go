package egress

import (
	"fmt"
	"io"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime"
)

// echo answers with what came, after as many redirects as the path says.
func echo(t *testing.T) string {
	var url string
	url = serve(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if status, _ := strconv.Atoi(q.Get("status")); status != 0 {
			to := q.Get("to")
			if to == "" {
				to = "/end"
			}
			if to == "other" {
				to = strings.Replace(url, "127.0.0.1", "localhost", 1) + "/end"
			}
			w.Header().Set("Location", to)
			w.WriteHeader(status)
			return
		}
		if r.URL.Path == "/loop" {
			http.Redirect(w, r, "/loop", http.StatusFound)
			return
		}
		body, _ := io.ReadAll(r.Body)
		var names []string
		for name := range r.Header {
			names = append(names, name)
		}
		sort.Strings(names)
		fmt.Fprintf(w, "%s %s %s %s", r.Method, r.URL.Path, body, strings.Join(names, ","))
	})
	return url
}

func TestRedirects(t *testing.T) {
	url := echo(t)
	all := "Accept,Authorization,Content-Type,User-Agent,X-Key"
	tests := []struct{ method, query, want string }{
		{"POST", "status=301", "GET /end  Accept,Authorization,User-Agent,X-Key"},
		{"POST", "status=302", "GET /end  Accept,Authorization,User-Agent,X-Key"},
		{"POST", "status=303", "GET /end  Accept,Authorization,User-Agent,X-Key"},
		{"PUT", "status=303", "GET /end  Accept,Authorization,User-Agent,X-Key"},
		{"PUT", "status=302", "PUT /end body " + all},
		{"POST", "status=307", "POST /end body " + all},
		{"PATCH", "status=308", "PATCH /end body " + all},
		{"GET", "status=302&to=x/../y", "GET /y  " + all},
		{"GET", "status=302&to=other", "GET /end  Accept,Content-Type,User-Agent"},
		{"POST", "status=302&to=other", "GET /end  Accept,User-Agent"},
		{"GET", "status=307&to=other", "GET /end  Accept,Content-Type,User-Agent"},
	}
	for _, test := range tests {
		resp, err := local(t).Do(t.Context(), redirected(test.method, url+"/?"+test.query), nil)
		got := strings.Replace(string(resp.Body), "Content-Length,", "", 1)
		if err != nil || got != test.want {
			t.Errorf("%s %s: %s %v", test.method, test.query, got, err)
		}
	}
}

func redirected(method, url string) runtime.HTTPRequest {
	req := runtime.HTTPRequest{Method: method, URL: url, MaxRedirects: -1, Header: []runtime.HeaderField{
		{Name: "Accept", Value: "*/*"}, {Name: "Authorization", Value: "Basic x"}, {Name: "Content-Type", Value: "text/plain"},
		{Name: "User-Agent", Value: "u"}, {Name: "X-Key", Value: "secret"},
	}}
	if method != "GET" {
		req.Body = []byte("body")
	}
	return req
}

func TestRedirectsThatAreRefused(t *testing.T) {
	url := echo(t)
	tests := []struct{ method, path, code string }{
		{"POST", "/?status=307&to=other", string(runtime.CodeEgressBlocked)},
		{"PUT", "/?status=308&to=other", string(runtime.CodeEgressBlocked)},
		{"PUT", "/?status=302&to=other", string(runtime.CodeEgressBlocked)},
		{"GET", "/?status=302&to=http://10.0.0.1/x", string(runtime.CodeEgressBlocked)},
		{"GET", "/?status=302&to=http://169.254.169.254/latest", string(runtime.CodeEgressBlocked)},
		{"GET", "/?status=302&to=file:///etc/passwd", string(runtime.CodeEgressBlocked)},
		{"GET", "/?status=302&to=http://[", CodeBadRedirect},
		{"GET", "/loop", CodeTooManyRedirects},
	}
	for _, test := range tests {
		_, err := local(t).Do(t.Context(), redirected(test.method, url+test.path), nil)
		wantCode(t, err, test.code)
	}
	// From an allowed name to a loopback address that is not allowed.
	client := New(Config{Allow: []string{"localhost"}})
	_, err := client.Do(t.Context(), get(strings.Replace(url, "127.0.0.1", "localhost", 1)+"/?status=302&to="+url), nil)
	wantCode(t, err, string(runtime.CodeEgressBlocked))
}

func TestMaxRedirects(t *testing.T) {
	url := echo(t)
	req := get(url + "/?status=302")
	req.MaxRedirects = 0
	if resp, err := local(t).Do(t.Context(), req, nil); err != nil || resp.Status != 302 {
		t.Errorf("maxRedirects: 0 gave %d, %v", resp.Status, err)
	}
	req.MaxRedirects = 1
	if resp, err := local(t).Do(t.Context(), req, nil); err != nil || resp.Status != 200 || resp.URL != url+"/end" {
		t.Errorf("%+v %v", resp, err)
	}
	req = get(url + "/?status=302&to=" + "%2F%3Fstatus%3D302")
	req.MaxRedirects = 1
	_, err := local(t).Do(t.Context(), req, nil)
	wantCode(t, err, CodeTooManyRedirects)
}

func TestRewrite(t *testing.T) {
	var seen []string
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.RequestURI)
		if r.URL.Path == "/base/from" {
			http.Redirect(w, r, "https://chat.example/to%2Fo?key=k", http.StatusTemporaryRedirect)
		}
	})
	rewrite, err := ParseRewrite(" https://chat.example=" + url + "/base/ ,")
	if err != nil {
		t.Fatal(err)
	}
	var hosts []string
	guard := guardFunc(func(host string, _ runtime.HTTPRequest) error { hosts = append(hosts, host); return nil })
	resp, err := New(Config{Rewrite: rewrite}).Do(t.Context(), redirected("POST", "https://chat.example:443/from?key=k"), guard)
	if err != nil {
		t.Fatal(err)
	}
	if resp.URL != "https://chat.example/to%2Fo?key=k" || strings.Join(seen, " ") != "/base/from?key=k /base/to%2Fo?key=k" || strings.Join(hosts, " ") != "chat.example chat.example" {
		t.Errorf("%s %v %v", resp.URL, seen, hosts)
	}
	for _, bad := range []string{"https://a", "a=b", "https://a=ftp://b", "https://a/x=http://b", "https://a=http://u:p@b"} {
		if _, err := ParseRewrite(bad); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
}

func TestParseAllow(t *testing.T) {
	got, err := ParseAllow(" 10.0.0.0/8, Example.COM ,::1,")
	if err != nil || strings.Join(got, "|") != "10.0.0.0/8|example.com|::1" {
		t.Errorf("%v %v", got, err)
	}
	if _, err := ParseAllow("10.0.0.0/99"); err == nil {
		t.Error("a bad prefix was accepted")
	}
}
