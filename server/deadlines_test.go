package server_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestHeadIsAnsweredAsGetIs(t *testing.T) {
	a := newScriptAPI(t)
	for path, want := range map[string]int{"/openapi.json": 200, "/devices": 401, "/nothing": 404} {
		resp, err := http.Head(a.url + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("HEAD %s: %d, want %d", path, resp.StatusCode, want)
		}
	}
}

// A connection goes on after a request with a body: its deadline ends with it.
func TestConnectionOutlivesADeadline(t *testing.T) {
	a := newScriptAPI(t)
	address, err := url.Parse(a.url)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", address.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	for range 2 {
		body := `{"jsonrpc":"2.0","id":"7","method":5}`
		fmt.Fprintf(conn, "POST /api/v1/rpc HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s", scriptAdmin, len(body), body)
		resp, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		text := new(strings.Builder)
		if _, err := bufio.NewReader(resp.Body).WriteTo(text); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text.String(), `"id":"7"`) || !strings.Contains(text.String(), "-32600") {
			t.Errorf("%s: the id is kept in an error", text)
		}
	}
}
