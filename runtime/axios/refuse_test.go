package axios

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/invalid"
)

func TestDecodeRefuses(t *testing.T) {
	tests := []struct{ config, location string }{
		{`[]`, ""},
		{`null`, ""},
		{`{}`, "url"},
		{`{"url":5}`, "url"},
		{`{"url":"/path"}`, "url"},
		{`{"url":"//127.0.0.1/"}`, "url"},
		{`{"url":"http:\\127.0.0.1/"}`, "url"},
		{`{"url":"http:example.com"}`, "url"},
		{`{"url":"file:///etc/passwd"}`, "url"},
		{`{"url":"unix:///var/run/docker.sock"}`, "url"},
		{`{"url":"gopher://127.0.0.1/"}`, "url"},
		{`{"url":"data:text/plain,x"}`, "url"},
		{`{"url":"http://"}`, "url"},
		{`{"url":"http://a b/"}`, "url"},
		{`{"url":"http://h:99999/"}`, "url"},
		{`{"url":"http://1.2.3.4.5/"}`, "url"},
		{`{"url":"http://h/","method":"CONNECT"}`, "method"},
		{`{"url":"http://h/","method":"G T"}`, "method"},
		{`{"url":"http://h/","method":1}`, "method"},
		{`{"url":"http://h/","timeout":-1}`, "timeout"},
		{`{"url":"http://h/","timeout":"soon"}`, "timeout"},
		{`{"url":"http://h/","timeout":{}}`, "timeout"},
		{`{"url":"http://h/","maxRedirects":-1}`, "maxRedirects"},
		{`{"url":"http://h/","maxRedirects":1.5}`, "maxRedirects"},
		{`{"url":"http://h/","maxContentLength":"1"}`, "maxContentLength"},
		{`{"url":"http://h/","maxBodyLength":2,"method":"post","data":"abc"}`, "data"},
		{`{"url":"http://h/","method":"post","data":7}`, "data"},
		{`{"url":"http://h/","params":"a=1"}`, "params"},
		{`{"url":"http://h/","headers":"a: b"}`, "headers"},
		{`{"url":"http://h/","headers":{"X-A":"a\r\nHost: evil"}}`, "headers.X-A"},
		{`{"url":"http://h/","headers":{"X-B: 1\r\nX-C":"1"}}`, `headers["X-B: 1\r\nX-C"]`},
		{`{"url":"http://h/","headers":{"X A":"1"}}`, `headers["X A"]`},
		{`{"url":"http://h/","headers":{"X-A":{"b":1}}}`, "headers.X-A"},
		{`{"url":"http://h/","headers":{"hOST":"evil"}}`, "headers.hOST"},
		{`{"url":"http://h/","headers":{"Content-Length":"9"}}`, "headers.Content-Length"},
		{`{"url":"http://h/","headers":{"transfer-encoding":"chunked"}}`, "headers.transfer-encoding"},
		{`{"url":"http://h/","headers":{"Connection":"close"}}`, "headers.Connection"},
		{`{"url":"http://h/","headers":{"Proxy-Authorization":"x"}}`, "headers.Proxy-Authorization"},
		{`{"url":"http://h/","headers":{"post":{"Host":"x"}},"method":"post"}`, "headers.Host"},
		{`{"url":"http://h/","auth":"u:p"}`, "auth"},
		{`{"url":"http://h/","auth":{"username":["u"]}}`, "auth.username"},
		{`{"url":"http://h/","decompress":"no"}`, "decompress"},
		{`{"url":"http://h/","baseUrl":"x"}`, "baseUrl"},
		{`{"url":"http://h/","foo":1}`, "foo"},
	}
	for _, option := range []string{"proxy", "socketPath", "httpAgent", "httpsAgent", "adapter", "transport", "lookup"} {
		tests = append(tests, struct{ config, location string }{`{"url":"http://h/","` + option + `":{}}`, option})
	}
	for _, test := range tests {
		_, _, err := decodeText(json.RawMessage(test.config))
		fields, ok := errors.AsType[invalid.Error](err)
		if !ok || fields[0].Location != test.location || fields[0].Message == "" {
			t.Errorf("%s: %v, want an error at %q", test.config, err, test.location)
		}
	}
}

func TestDecodeNamesEveryRefusedOption(t *testing.T) {
	_, _, err := decodeText(json.RawMessage(`{"url":"http://h/","proxy":{},"socketPath":"/x","lookup":1}`))
	fields, _ := errors.AsType[invalid.Error](err)
	if len(fields) != 3 {
		t.Errorf("%v", err)
	}
}

func TestDecodeBoundsItsErrors(t *testing.T) {
	_, _, err := decodeText(json.RawMessage(`{"url":"http://h/","` + strings.Repeat("x", 1000) + `":1` + many(500) + `}`))
	if err == nil || len(err.Error()) > 2000 || strings.ContainsAny(err.Error(), "\r\n") {
		t.Errorf("%v", err)
	}
}

// many makes n options that axios does not have.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"option\n%d":1`, i)
	}
	return b.String()
}

func TestDecodeErrorsHoldNoSecret(t *testing.T) {
	for _, config := range []string{
		`{"url":"ftp://h/?key=hunter2secret"}`, `{"url":"http://u:hunter2secret@/"}`,
		`{"url":"http://h/","headers":{"X-A":"hunter2secret\n"}}`, `{"url":"hunter2secret"}`,
		`{"url":"http://h/","auth":{"username":{"a":"hunter2secret"}}}`,
	} {
		_, _, err := decodeText(json.RawMessage(config))
		if err == nil || strings.Contains(err.Error(), "hunter2secret") {
			t.Errorf("%s: %v", config, err)
		}
	}
}

func TestDecodeSaysWhatItIgnores(t *testing.T) {
	_, ignored, err := decodeText(json.RawMessage(`{"url":"http://h/","withCredentials":true,"xsrfCookieName":"x","transformRequest":[null],"signal":null,"validateStatus":null,"responseType":"json"}`))
	if err != nil || !slices.Equal(ignored, []string{"withCredentials", "xsrfCookieName", "transformRequest"}) {
		t.Errorf("%v %v", ignored, err)
	}
}

func TestDecodeSettings(t *testing.T) {
	req, _, err := decodeText(json.RawMessage(`{"url":"http://h/","timeout":"1500","maxRedirects":0,"maxContentLength":9,"decompress":false}`))
	if err != nil {
		t.Fatal(err)
	}
	if req.Timeout.Milliseconds() != 1500 || req.MaxRedirects != 0 || req.MaxResponseBytes != 9 || !req.NoDecompress {
		t.Errorf("%+v", req)
	}
	req, _, err = decodeText(json.RawMessage(`{"url":"http://h/","timeout":1e300,"maxContentLength":-1,"maxBodyLength":-1,"data":"x"}`))
	if err != nil || req.Timeout != longest || req.MaxRedirects != -1 || req.MaxResponseBytes != 0 {
		t.Errorf("%+v %v", req, err)
	}
}

func TestMultipart(t *testing.T) {
	req, _, err := decodeText(json.RawMessage(`{"url":"http://h/","method":"post","headers":{"Content-Type":"multipart/form-data"},"data":{"a":1,"b":["x","y"]}}`))
	if err != nil {
		t.Fatal(err)
	}
	contentType := req.Header[slices.IndexFunc(req.Header, func(h runtime.HeaderField) bool { return h.Name == "Content-Type" })].Value
	_, boundary, _ := strings.Cut(contentType, "multipart/form-data; boundary=")
	want := "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name=\"b[]\"\r\n\r\nx\r\n" +
		"--B\r\nContent-Disposition: form-data; name=\"b[]\"\r\n\r\ny\r\n--B--\r\n"
	if got := strings.ReplaceAll(string(req.Body), boundary, "B"); got != want {
		t.Errorf("%q", got)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(`{"url":"https://h/p?q#f","params":{"a":[1,{"b":null}]},"headers":{"X":["a",1]},"method":"POST","data":{"constructor":1}}`)
	f.Add(`{"baseURL":"http://[::1]:80//","url":"../x\\y","auth":{"username":"u"},"timeout":"1e9"}`)
	f.Add(`{"url":"http://0x7f.1","headers":{"post":{"a":1},"Content-Type":"multipart/form-data"},"data":[[1],{"a{}":{}}],"method":"post"}`)
	f.Fuzz(func(t *testing.T, config string) {
		req, _, err := decodeText(json.RawMessage(config))
		if err != nil {
			if _, ok := errors.AsType[invalid.Error](err); !ok {
				t.Fatalf("%T is no invalid.Error", err)
			}
			return
		}
		if !strings.HasPrefix(req.URL, "http://") && !strings.HasPrefix(req.URL, "https://") {
			t.Fatalf("URL %q", req.URL)
		}
		for _, h := range req.Header {
			if strings.ContainsAny(h.Name+h.Value, "\r\n\x00") || strings.EqualFold(h.Name, "Host") {
				t.Fatalf("header %q", h)
			}
		}
		if strings.ContainsFunc(req.URL, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
			t.Fatalf("URL %q", req.URL)
		}
	})
}
