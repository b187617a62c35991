package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// settle waits until nothing is left to be done.
func (x *crashRun) settle() {
	x.t.Helper()
	for _, list := range []string{
		"/executions?state=queued", "/executions?state=waiting",
		"/deliveries?state=scheduled", "/deliveries?state=available", "/deliveries?state=retryable",
	} {
		eventually(x.t, list+" is empty", func() bool { return x.c.get(list+"&limit=1").count("items") == 0 })
	}
	for _, list := range []string{"/executions?state=failed", "/deliveries?state=discarded"} {
		if r := x.c.get(list + "&limit=1"); r.count("items") != 0 {
			x.t.Errorf("%s: %s", list, r.text)
		}
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

// checkCalls holds every answered call to its two actions.
func (x *crashRun) checkCalls() {
	x.t.Helper()
	var seen []int
	if err := json.Unmarshal([]byte(x.c.get("/devices/called").str("server_attrs.seen")), &seen); err != nil {
		x.t.Fatal(err)
	}
	came := x.arrivals("/report/called")
	for _, n := range x.called {
		if !slices.Contains(seen, n) || len(came[n]) == 0 {
			x.t.Errorf("call %d was answered; its attributes are there: %v, its request came %d times", n, slices.Contains(seen, n), len(came[n]))
		}
	}
	if !slices.IsSorted(seen) {
		x.t.Errorf("calls ran out of order: %v", seen)
	}
	if len(x.called) < crashes {
		x.t.Errorf("only %d calls were answered", len(x.called))
	}
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
		if n%7 == 0 && len(came[n]) < 2 {
			x.t.Errorf("%s: %d was refused and not tried again", path, n)
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
