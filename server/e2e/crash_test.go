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
	for range crashes {
		time.Sleep(time.Duration(20+random.IntN(500)) * time.Millisecond)
		x.p.kill()
		x.p.launch()
	}
	x.over.Store(true)
	posters.Wait()
	x.settle()
	x.checkReports()
	x.checkTimers()
}

func newCrashRun(t *testing.T) *crashRun {
	x := &crashRun{t: t, sent: map[string]int{}, timers: map[string]time.Time{}, aborted: map[string]bool{}, owners: map[string]map[int]string{}}
	x.receiver = newReceiver(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/question" {
			time.Sleep(30 * time.Millisecond)
		}
		writeJSON(w, map[string]any{"ok": true})
	})
	port := refusedAddress(t)
	x.p = start(t, map[string]string{"TRIPLINE_ADDR": port, "TRIPLINE_EGRESS_ALLOW": "127.0.0.1", "TRIPLINE_LOG": "warn"})
	x.c = x.p.admin()
	x.c.base = func() string { return "http://" + port } // the same after every start
	x.c.put("/org-params/receiver", map[string]any{"value": x.receiver.URL, "secret": false})
	for name, file := range map[string]string{"report": "report_rpc.js", "chain": "chain_rpc.js", "ask_first": "ask_first_rpc.js", "tick": "tick_rpc.js"} {
		x.c.publish("rpc", name, readTestdata(t, "crash", file), map[string]any{"org_wide": true})
	}
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

// settle waits until nothing is left to be done.
func (x *crashRun) settle() {
	x.t.Helper()
	for _, list := range []string{
		"/executions?state=queued", "/executions?state=waiting",
		"/deliveries?state=scheduled", "/deliveries?state=available", "/deliveries?state=retryable",
	} {
		eventually(x.t, list+" is empty", func() bool { return x.c.get(list+"&limit=1").count("items") == 0 })
	}
	if r := x.c.get("/executions?state=failed&limit=1"); r.count("items") != 0 {
		x.t.Errorf("a run failed: %s", r.text)
	}
}

func (x *crashRun) checkReports() {
	x.t.Helper()
	total := 0
	for i := range reporters {
		eui := "reporter-" + strconv.Itoa(i)
		total += x.sent[eui]
		d := x.c.get("/devices/" + eui)
		x.checkSeen(eui, d)
		x.checkArrivals(eui, "/report/"+eui)
		x.checkChains(eui)
		active := map[string]string{}
		for _, a := range allItems(x.c, "/devices/"+eui+"/alarms") {
			active[a["alarm_name"].(string)] = fmt.Sprint(a["count"])
		}
		answered := x.arrivals("/answer/" + eui)
		for n := 1; n <= x.sent[eui]; n++ {
			if count := active["alarm-"+strconv.Itoa(n)]; count != "1" {
				x.t.Errorf("%s: the alarm of uplink %d was raised %q times", eui, n, count)
			}
			if !d.has("telemetry_data.tm.u" + strconv.Itoa(n)) {
				x.t.Errorf("%s: the telemetry of uplink %d is lost", eui, n)
			}
			if n%5 == 0 && len(answered[n]) == 0 {
				x.t.Errorf("%s: the RPC that asks first was lost for uplink %d", eui, n)
			}
		}
		x.checkExecutions(eui)
	}
	if total < crashes*reporters {
		x.t.Errorf("only %d uplinks: the test shows little", total)
	}
	x.t.Logf("%d uplinks reported, %d requests received", total, len(x.receiver.all()))
}

// checkSeen compares what the device's own RPC wrote down: every uplink once, in the order in which they
// were sent.
func (x *crashRun) checkSeen(eui string, d *reply) {
	x.t.Helper()
	var seen []int
	if err := json.Unmarshal([]byte(d.str("server_attrs.seen")), &seen); err != nil {
		x.t.Fatalf("%s: %v: %s", eui, err, d.text)
	}
	for i, n := range seen {
		if n != i+1 {
			x.t.Errorf("%s: uplink %d ran in place %d: %v", eui, n, i+1, seen)
			return
		}
	}
	if len(seen) != x.sent[eui] {
		x.t.Errorf("%s: %d uplinks were answered and %d have run", eui, x.sent[eui], len(seen))
	}
}

// checkExecutions holds every answer to the execution that it named, and looks for others.
func (x *crashRun) checkExecutions(eui string) {
	x.t.Helper()
	found := map[string]bool{}
	for _, e := range allItems(x.c, "/executions?eui="+eui) {
		found[e["id"].(string)] = true
		if e["state"] != "completed" {
			x.t.Errorf("%s: execution %v is %v", eui, e["id"], e["state"])
		}
	}
	if len(found) != x.sent[eui] {
		x.t.Errorf("%s: %d uplinks have %d executions", eui, x.sent[eui], len(found))
	}
	for n, id := range x.owners[eui] {
		if !found[id] {
			x.t.Errorf("%s: the execution %s of uplink %d is lost", eui, id, n)
		}
	}
}

// arrivals returns when the requests for a path came, by the n that they carry.
func (x *crashRun) arrivals(path string) map[int][]time.Time {
	x.t.Helper()
	out := map[int][]time.Time{}
	for _, r := range x.receiver.where(path) {
		var body struct{ N int }
		if err := json.Unmarshal([]byte(r.Body), &body); err != nil {
			x.t.Fatalf("%s: %v: %s", path, err, r.Body)
		}
		out[body.N] = append(out[body.N], r.At)
	}
	return out
}

// checkArrivals wants every number to have come, the first of each in order.
func (x *crashRun) checkArrivals(eui, path string) {
	x.t.Helper()
	came := x.arrivals(path)
	var previous time.Time
	for n := 1; n <= x.sent[eui]; n++ {
		if len(came[n]) == 0 {
			x.t.Errorf("%s: %d never came", path, n)
			continue
		}
		if came[n][0].Before(previous) {
			x.t.Errorf("%s: %d came before %d", path, n, n-1)
		}
		previous = came[n][0]
	}
}

func (x *crashRun) checkChains(eui string) {
	x.t.Helper()
	first, second := x.arrivals("/chain/"+eui+"/first"), x.arrivals("/chain/"+eui+"/second")
	for n := 1; n <= x.sent[eui]; n++ {
		if n%5 == 0 {
			continue
		}
		if len(first[n]) == 0 || len(second[n]) == 0 {
			x.t.Errorf("%s: the chain of uplink %d came %d and %d times", eui, n, len(first[n]), len(second[n]))
			continue
		}
		if gap := second[n][0].Sub(first[n][0]); gap < 60*time.Millisecond { // 120 between the attempts; the first request may be long on its way
			x.t.Errorf("%s: uplink %d: %s between the requests of the chain, want about 120 ms", eui, n, gap)
		}
	}
}

func (x *crashRun) checkTimers() {
	x.t.Helper()
	ticks := map[string][]time.Time{}
	for eui := range x.sent {
		for n, at := range x.arrivals("/tick/" + eui) {
			ticks[fmt.Sprintf("%s/%d", eui, n)] = at
		}
	}
	abortedInTime := 0
	for name, due := range x.timers {
		inTime, abortedOnce := x.aborted[name]
		switch came := ticks[name]; {
		case inTime && len(came) > 0:
			x.t.Errorf("the timer %s fired though it was aborted", name)
		case inTime:
			abortedInTime++
		case len(came) == 0 && !abortedOnce:
			x.t.Errorf("the timer %s is lost", name)
		case len(came) > 0 && came[0].Before(due.Add(-time.Millisecond)): // due times are kept in whole milliseconds
			x.t.Errorf("the timer %s fired %s early", name, due.Sub(came[0]))
		}
	}
	for name := range ticks {
		if _, known := x.timers[name]; !known && !strings.HasPrefix(name, "aborter") {
			x.t.Errorf("the timer %s fired, which nobody set", name)
		}
	}
	if abortedInTime < 5 {
		x.t.Errorf("only %d timers were aborted in time: the test shows little", abortedInTime)
	}
	x.t.Logf("%d timers, %d of them aborted in time", len(x.timers), abortedInTime)
}

// allItems walks through all pages of a list.
func allItems(c *client, list string) []map[string]any {
	c.t.Helper()
	sep := map[bool]string{true: "&", false: "?"}[strings.Contains(list, "?")]
	var out []map[string]any
	for cursor := ""; ; {
		page := list + sep + "limit=500"
		if cursor != "" {
			page += "&cursor=" + cursor
		}
		var reply struct {
			Items []map[string]any `json:"items"`
			Next  string           `json:"next_cursor"`
		}
		if err := json.Unmarshal([]byte(c.get(page).text), &reply); err != nil {
			c.t.Fatal(err)
		}
		out = append(out, reply.Items...)
		if reply.Next == "" {
			return out
		}
		if reply.Next == cursor {
			c.t.Fatalf("%s: the cursor %q leads to itself", list, cursor)
		}
		cursor = reply.Next
	}
}
