package e2e

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// soakReceiver is several servers that alerts are sent to. Each fails a third of the attempts, in a way of
// its own; the fifth attempt of an alert succeeds in any case.
type soakReceiver struct {
	servers []*httptest.Server

	mu       sync.Mutex
	tries    map[int]int
	arrived  map[int][]time.Time // when an attempt was answered as a success
	failures map[string]int
}

// Ways to fail. The slow ones cost the sender time: a receiver of its own keeps them from holding up the rest.
var quickFailures = []string{"500", "503", "429", "reset", "garbage", "cut"}
var slowFailures = []string{"hang", "drip"}

// slowShare is how many of the alerts go to the slow receiver, one in so many.
const slowShare = 32

// soakTimeout is how long a script's request lets a receiver take.
const soakTimeout = 3 * time.Second

func newSoakReceiver(t *testing.T) *soakReceiver {
	r := &soakReceiver{tries: map[int]int{}, arrived: map[int][]time.Time{}, failures: map[string]int{}}
	for _, ways := range [][]string{quickFailures, quickFailures, quickFailures, {"errcode"}, slowFailures} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { r.receive(w, req, ways) }))
		r.servers = append(r.servers, s)
		t.Cleanup(func() {
			s.CloseClientConnections()
			s.Close()
		})
	}
	return r
}

// The receivers by what they are for: WeCom's answers carry their failure inside a 200.
func (r *soakReceiver) chat() string { return r.servers[3].URL }
func (r *soakReceiver) slow() string { return r.servers[4].URL }
func (r *soakReceiver) plain() []string {
	return []string{r.servers[0].URL, r.servers[1].URL, r.servers[2].URL}
}

func (r *soakReceiver) receive(w http.ResponseWriter, req *http.Request, ways []string) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // killed while it was sending
	}
	n, ok := numberIn(body)
	if !ok {
		http.Error(w, "no number", http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	r.tries[n]++
	try := r.tries[n]
	way := failure(n, try, ways)
	r.failures[way]++
	r.mu.Unlock()
	switch way {
	case "":
		r.accept(w, n)
	case "500", "503", "429":
		w.Header().Set("Retry-After", "1")
		var status int
		_, _ = fmt.Sscan(way, &status)
		http.Error(w, "not now", status)
	case "errcode":
		writeJSON(w, map[string]any{"errcode": -1, "errmsg": "system busy"})
	case "hang":
		<-req.Context().Done()
	case "drip":
		drip(w, req)
	default:
		breakOff(w, way)
	}
}

// accept answers a success.
func (r *soakReceiver) accept(w http.ResponseWriter, n int) {
	r.mu.Lock()
	r.arrived[n] = append(r.arrived[n], time.Now())
	r.mu.Unlock()
	writeJSON(w, map[string]any{"errcode": 0, "errmsg": "ok"})
}

// numberIn finds the alert's number, in whichever form of body.
func numberIn(body []byte) (n int, ok bool) {
	var text struct {
		N    int
		Text struct{ Content string }
	}
	if json.Unmarshal(body, &text) != nil {
		return 0, false
	}
	if text.N == 0 {
		_, _ = fmt.Sscanf(text.Text.Content, "alert %d", &text.N)
	}
	return text.N, text.N > 0
}

// failure decides how an attempt fails; "" is a success.
func failure(n, try int, ways []string) string {
	h := fnv.New32a()
	fmt.Fprint(h, n, "/", try)
	sum := h.Sum32()
	most := 5
	if ways[0] == "errcode" {
		most = 2 // a platform that is busy time and again is given up
	}
	if try >= most || sum%3 != 0 {
		return ""
	}
	return ways[int(sum/3)%len(ways)]
}

func drip(w http.ResponseWriter, req *http.Request) {
	for range 1000 {
		if _, err := io.WriteString(w, " "); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush() // fails when the sender is gone, which the next line sees
		select {
		case <-req.Context().Done():
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// breakOff ends the connection in the middle of an answer.
func breakOff(w http.ResponseWriter, way string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	switch way {
	case "garbage":
		_, _ = io.WriteString(conn, "\x00\xff\xfe no HTTP at all\r\n\r\n")
	case "cut":
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"err")
	case "reset":
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
	}
}

// missing counts the alerts of numbers that have not arrived, and names one.
func (r *soakReceiver) missing(numbers []int) (count, one int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range numbers {
		if len(r.arrived[n]) == 0 {
			count, one = count+1, n
		}
	}
	return count, one
}
