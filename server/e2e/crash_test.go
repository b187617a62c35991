package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	crashes       = 20
	reporters     = 4 // devices whose uplinks are reported
	timerSetters  = 2 // devices whose uplinks set timers
	timerAborters = 2 // devices whose uplinks set timers that are aborted
	abortMargin   = 150 * time.Millisecond
)

// crashRun is a server that is killed again and again, and what was sent to it and came of it.
type crashRun struct {
	t        *testing.T
	p        *process
	c        *client
	receiver *receiver
	over     atomic.Bool // no new uplinks any more

	mu      sync.Mutex
	sent    map[string]int            // uplinks that were answered 2xx, by device
	timers  map[string]time.Time      // by device/n: not due before
	aborted map[string]bool           // by device/n: whether the abort was answered before the timer was due
	owners  map[string]map[int]string // execution id by device and n
	called  []int                     // numbers of the RPC calls that were answered
	refused map[string]bool           // bodies that the receiver has refused once
}

// TestNothingIsLostByCrashes kills the server at random moments under load and then holds it to every
// 2xx that it gave.
func TestNothingIsLostByCrashes(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("TRIPLINE_CRASH_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("TRIPLINE_CRASH_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	x := newCrashRun(t)

	var posters sync.WaitGroup
	for i := range reporters {
		posters.Go(func() { x.report("reporter-" + strconv.Itoa(i)) })
	}
	for i := range timerSetters {
		posters.Go(func() { x.setTimers("timer-" + strconv.Itoa(i)) })
	}
	for i := range timerAborters {
		posters.Go(func() { x.abortTimers("aborter-" + strconv.Itoa(i)) })
	}
	posters.Go(x.call)
	for range crashes {
		time.Sleep(time.Duration(20+random.IntN(500)) * time.Millisecond)
		x.p.kill()
		if random.IntN(3) == 0 { // while it takes up what the last one left
			x.p.begin()
			time.Sleep(time.Duration(random.IntN(60)) * time.Millisecond)
			x.p.kill()
		}
		x.p.launch()
	}
	x.over.Store(true)
	posters.Wait()
	x.settle()
	x.checkReports()
	x.checkCalls()
	x.checkTimers()
}

func newCrashRun(t *testing.T) *crashRun {
	x := &crashRun{t: t, sent: map[string]int{}, timers: map[string]time.Time{}, aborted: map[string]bool{}, owners: map[string]map[int]string{}, refused: map[string]bool{}}
	x.receiver = newReceiver(t, x.receive)
	port := refusedAddress(t)
	x.p = start(t, map[string]string{"TRIPLINE_ADDR": port, "TRIPLINE_EGRESS_ALLOW": "127.0.0.1", "TRIPLINE_LOG": "warn"})
	x.c = x.p.admin()
	x.c.base = func() string { return "http://" + port } // the same after every start
	x.c.put("/org-params/receiver", map[string]any{"value": x.receiver.URL, "secret": false})
	for name, file := range map[string]string{"report": "report_rpc.js", "chain": "chain_rpc.js", "ask_first": "ask_first_rpc.js", "tick": "tick_rpc.js"} {
		x.c.publish("rpc", name, readTestdata(t, "crash", file), map[string]any{"org_wide": true})
	}
	x.c.put("/devices/called", map[string]any{})
	x.c.publish("trigger", "report", readTestdata(t, "crash", "report.js"), nil)
	x.c.publish("trigger", "timer", readTestdata(t, "crash", "timer.js"), nil)
	for kind, n := range map[string]int{"reporter": reporters, "timer": timerSetters, "aborter": timerAborters} {
		trigger := map[bool]string{true: "report", false: "timer"}[kind == "reporter"]
		for i := range n {
			x.c.put(fmt.Sprintf("/devices/%s-%d", kind, i), map[string]any{"triggers": []string{trigger}})
		}
	}
	return x
}

// receive is slow with answers that scripts wait for, and refuses every seventh report once.
func (x *crashRun) receive(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/question" {
		time.Sleep(30 * time.Millisecond)
	}
	if strings.HasPrefix(r.URL.Path, "/report/") && x.refuses(r) {
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	writeJSON(w, map[string]any{"ok": true})
}

func (x *crashRun) refuses(r *http.Request) bool {
	var body struct{ N int }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.N%7 != 0 {
		return false
	}
	name := r.URL.Path + "/" + strconv.Itoa(body.N)
	x.mu.Lock()
	defer x.mu.Unlock()
	again := x.refused[name]
	x.refused[name] = true
	return !again
}

// call calls an RPC time and again. A call that is not answered is not repeated: it may have been done.
func (x *crashRun) call() {
	for n := 1; !x.over.Load(); n++ {
		body := map[string]any{"jsonrpc": "2.0", "id": n, "method": "report", "params": map[string]any{"_eui": "called", "n": n}}
		r, err := x.c.try("POST", "/rpc", body)
		if err == nil && r.status == 200 && r.str("result.actions") == "2" {
			x.mu.Lock()
			x.called = append(x.called, n)
			x.mu.Unlock()
		}
		time.Sleep(15 * time.Millisecond)
	}
}

// post sends an uplink until it is answered, as a network server with an outbox does: the same id every
// time. It returns the answer, and when the try that was answered began.
func (x *crashRun) post(eui string, n int, wait string, telemetry map[string]any) (*reply, time.Time) {
	telemetry["n"] = n
	telemetry["u"+strconv.Itoa(n)] = n
	body := map[string]any{"id": fmt.Sprintf("%s-%d", eui, n), "eui": eui, "thingModelId": "tm", "telemetry_data": telemetry}
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		begun := time.Now()
		r, err := x.c.try("POST", "/uplinks"+wait, body)
		if err != nil {
			continue // killed; perhaps stored, perhaps not
		}
		if r.status == http.StatusAccepted {
			x.remember(eui, n, r.str("execution_id"))
			return r, begun
		}
		if r.status != http.StatusServiceUnavailable {
			x.t.Errorf("uplink %d of %s: %d %s", n, eui, r.status, r.text)
			break
		}
	}
	x.t.Errorf("uplink %d of %s was never answered", n, eui)
	x.over.Store(true)
	return nil, time.Time{}
}

func (x *crashRun) remember(eui string, n int, execution string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.sent[eui] = n
	if x.owners[eui] == nil {
		x.owners[eui] = map[int]string{}
	}
	x.owners[eui][n] = execution
}

func (x *crashRun) report(eui string) {
	for n := 1; !x.over.Load(); n++ {
		if r, _ := x.post(eui, n, "", map[string]any{}); r == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (x *crashRun) setTimers(eui string) {
	for n := 1; !x.over.Load(); n++ {
		delay := time.Duration(50+(n*137)%1200) * time.Millisecond
		first := time.Now() // it may be stored by a try that is not answered
		r, _ := x.post(eui, n, "", map[string]any{"delayms": delay.Milliseconds()})
		if r == nil {
			return
		}
		x.mu.Lock()
		x.timers[fmt.Sprintf("%s/%d", eui, n)] = first.Add(delay)
		x.mu.Unlock()
		time.Sleep(25 * time.Millisecond)
	}
}

// abortTimers sets a timer and aborts it, time and again.
func (x *crashRun) abortTimers(eui string) {
	const delay = 900 * time.Millisecond
	for n := 1; !x.over.Load(); n += 2 {
		first := time.Now()
		r, _ := x.post(eui, n, "", map[string]any{"delayms": delay.Milliseconds(), "abort": false})
		if r == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
		r, _ = x.post(eui, n+1, "?wait=1", map[string]any{"abort": true})
		if r == nil {
			return
		}
		// The answer to a second try does not wait for triggers: only a first one shows that they ran.
		inTime := r.has("dispatches") && time.Since(first) < delay-abortMargin
		x.mu.Lock()
		x.timers[fmt.Sprintf("%s/%d", eui, n)] = first.Add(delay)
		x.aborted[fmt.Sprintf("%s/%d", eui, n)] = inTime
		x.mu.Unlock()
	}
}
