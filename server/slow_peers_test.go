package server_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/server"
)

// hurried is a listener whose connections have deadlines come twenty times as soon, so that nobody waits
// for those of the server, and small buffers.
type hurried struct {
	net.Listener
	writeEnded func() // a deadline has ended a write
}

func (l hurried) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	_ = c.(*net.TCPConn).SetWriteBuffer(4 << 10)
	return &hurriedConn{c, l.writeEnded}, nil
}

type hurriedConn struct {
	net.Conn
	writeEnded func()
}

func sooner(t time.Time) time.Time {
	if left := time.Until(t); left > 0 {
		return time.Now().Add(left / 20)
	}
	return t
}

func (c *hurriedConn) SetReadDeadline(t time.Time) error  { return c.Conn.SetReadDeadline(sooner(t)) }
func (c *hurriedConn) SetWriteDeadline(t time.Time) error { return c.Conn.SetWriteDeadline(sooner(t)) }

func (c *hurriedConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.writeEnded()
	}
	return n, err
}

// inAHurry starts a server with hurried connections, and returns a connection to it that takes little.
func inAHurry(t *testing.T, events *server.Events, writeEnded func()) net.Conn {
	t.Helper()
	s := newSite(t)
	srv := httptest.NewUnstartedServer(server.New(server.Config{
		Store: s.store, Now: s.now, AdminToken: adminToken, Events: events, Metrics: server.NewMetrics(func() int { return 0 }),
	}).Handler())
	srv.Listener = hurried{srv.Listener, writeEnded}
	srv.Start()
	t.Cleanup(srv.Close)
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	return conn
}

// tooLong is how long a test waits for a peer to be given up.
const tooLong = time.Minute

// TestAListenerThatTakesNothingIsLeft: a stream of events ends when its listener does not read it.
func TestAListenerThatTakesNothingIsLeft(t *testing.T) {
	ended := make(chan struct{})
	events := server.NewEvents()
	conn := inAHurry(t, events, sync.OnceFunc(func() { close(ended) }))
	fmt.Fprintf(conn, "GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", adminToken)
	head, err := bufio.NewReaderSize(conn, 16).ReadString('\n')
	if err != nil || !strings.Contains(head, "200") {
		t.Fatalf("the stream begins with %q, %v", head, err)
	}
	more, give := time.NewTicker(time.Millisecond), time.After(tooLong)
	defer more.Stop()
	for waiting := true; waiting; {
		select {
		case <-ended:
			waiting = false
		case <-more.C:
			events.Delivery(&deliver.Job{Org: "default", ID: strings.Repeat("x", 16<<10)})
		case <-give:
			t.Fatal("the server goes on waiting for a listener that reads nothing")
		}
	}
	_ = conn.SetReadDeadline(time.Now().Add(tooLong))
	if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection was not closed")
	}
}

// TestABodyThatDripsIsCutOff: a body has to arrive within its time, however steadily it comes.
func TestABodyThatDripsIsCutOff(t *testing.T) {
	conn := inAHurry(t, server.NewEvents(), func() {})
	fmt.Fprintf(conn, "POST /api/v1/uplinks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n", adminToken)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err == nil && resp.StatusCode < 400 {
			t.Errorf("half a body is answered %d", resp.StatusCode)
		}
	}()
	drip, give := time.NewTicker(5*time.Millisecond), time.After(tooLong)
	defer drip.Stop()
	for {
		select {
		case <-ended:
			return
		case <-drip.C:
			_, _ = conn.Write([]byte(" ")) // it fails when the connection is over, which ended tells
		case <-give:
			_ = conn.Close()
			t.Fatal("the server goes on waiting for the rest of a body")
		}
	}
}
