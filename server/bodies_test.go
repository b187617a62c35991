package server_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// announced sends the head of a request whose body comes only when the server asks for it. The answers of the
// server can be read from what it returns.
func (a *scriptAPI) announced(token, path string, size int) (net.Conn, *bufio.Reader) {
	a.t.Helper()
	address, err := url.Parse(a.url)
	if err != nil {
		a.t.Fatal(err)
	}
	conn, err := net.Dial("tcp", address.Host)
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { _ = conn.Close() })
	fmt.Fprintf(conn, "POST /api/v1%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n",
		path, token, size)
	return conn, bufio.NewReader(conn)
}

// isAskedFor waits until the server wants the body.
func (a *scriptAPI) isAskedFor(what string, answers *bufio.Reader) {
	a.t.Helper()
	line, err := answers.ReadString('\n')
	if err != nil || !strings.Contains(line, "100 Continue") {
		a.t.Fatalf("%s: %q %v, want to be asked for the body", what, line, err)
	}
}

// Decoded JSON takes many times its length: large bodies of an organisation are read a few at a time, and those
// of others and small ones do not wait for them.
func TestLargeBodiesTakeTurns(t *testing.T) {
	a := newScriptAPI(t)
	a.call("PUT", "/orgs/other", `{"name":"Other"}`, 200)
	other, _ := a.call("POST", "/tokens", `{"name":"t","scopes":["admin"],"org":"other"}`, 201)["token"].(string)
	const large, small = 1 << 20, 1000
	first, answers := a.announced(scriptAdmin, "/uplinks", large)
	a.isAskedFor("the first", answers)
	_, answers = a.announced(scriptAdmin, "/scripts/test", large)
	a.isAskedFor("the second", answers)

	waiting, waits := a.announced(scriptAdmin, "/scripts/test", large)
	_ = waiting.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if _, err := waits.Peek(1); err == nil {
		t.Error("a third large body is asked for while two are being worked on")
	}
	_ = waiting.SetReadDeadline(time.Time{})
	_, answers = a.announced(other, "/scripts/test", large)
	a.isAskedFor("another organisation's", answers)
	_, answers = a.announced(scriptAdmin, "/uplinks", small)
	a.isAskedFor("a small one", answers)

	_ = first.Close()
	a.isAskedFor("the third", waits)
}

// A body may have a mistake in every few bytes; the reply tells of some.
func TestAReplyDoesNotRepeatEveryMistake(t *testing.T) {
	a := newScriptAPI(t)
	mistakes := strings.TrimSuffix(strings.Repeat("{},", 5000), ",")
	reply := a.call("PUT", "/scripts/rpc/q", `{"source":"return []","params":[`+mistakes+`]}`, http.StatusUnprocessableEntity)
	if errors, _ := reply["errors"].([]any); len(errors) == 0 || len(errors) > 100 {
		t.Errorf("%d mistakes are told", len(errors))
	}
}
