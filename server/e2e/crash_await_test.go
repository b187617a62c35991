package e2e

import (
	"net/http"
	"testing"
	"time"
)

// awaiting is a server with an RPC that waits for an answer which the receiver holds back.
type awaiting struct {
	p        *process
	c        *client
	receiver *receiver
	answer   chan struct{} // closed when the receiver may answer
}

func newAwaiting(t *testing.T) *awaiting {
	w := &awaiting{answer: make(chan struct{})}
	w.receiver = newReceiver(t, func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/question" {
			select {
			case <-w.answer:
			case <-r.Context().Done():
			}
		}
		writeJSON(rw, map[string]any{})
	})
	w.p = start(t, map[string]string{"TRIPLINE_EGRESS_ALLOW": "127.0.0.1"})
	w.c = w.p.admin()
	w.c.put("/org-params/receiver", map[string]any{"value": w.receiver.URL, "secret": false})
	w.c.publish("rpc", "ask_first", readTestdata(t, "crash", "ask_first_rpc.js"), map[string]any{"org_wide": true})
	w.c.publish("rpc", "tick", readTestdata(t, "crash", "tick_rpc.js"), map[string]any{"org_wide": true})
	w.c.publish("trigger", "ask", `function trigger_script(device, thingModelId) {
		const { delayms } = device.telemetry_data[thingModelId];
		const alarm = { method: "alarm", params: { name: "before", action: "new", level: "low" } };
		return { delayms, actions: [alarm, { method: "ask_first", params: { n: 1 } }, { method: "ask_first", params: { n: 2 } }, { method: "tick", params: { n: 3 } }] };
	}`, nil)
	w.c.put("/devices/d1", map[string]any{"triggers": []string{"ask"}})
	return w
}

// TestKilledWhileAScriptWaits: the alarm before is there at once and once only, and the waiting RPC and
// those after it run again.
func TestKilledWhileAScriptWaits(t *testing.T) {
	t.Parallel()
	for name, delay := range map[string]int{"at once": 0, "after a delay": 50} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newAwaiting(t)
			r := w.c.do("POST", "/uplinks", map[string]any{"eui": "d1", "thingModelId": "tm", "telemetry_data": map[string]any{"delayms": delay}}).want(202)
			for n := 1; n <= 3; n++ { // the first RPC is killed twice, then the second one
				eventually(t, "the script asks", func() bool { return len(w.receiver.where("/question")) == n })
				w.c.get("/alarms").expect("items.0.alarm_name", "before").expect("items.0.count", "1")
				w.c.get("/executions/"+r.str("execution_id")).expect("state", "waiting")
				if n == 3 {
					break
				}
				w.p.kill()
				w.p.launch()
			}
			close(w.answer)
			story := w.c.settled(r.str("execution_id")).expect("state", "completed")
			if story.count("deliveries") != 3 || story.count("runs") != 5 {
				t.Errorf("want five runs and three deliveries: %s", story.text)
			}
			if len(w.receiver.where("/answer/d1")) != 2 || len(w.receiver.where("/tick/d1")) != 1 {
				t.Errorf("got %+v", w.receiver.all())
			}
			w.c.get("/alarms").expect("items.0.count", "1")
		})
	}
}

// TestTimersSurvive: a timer that is due while the server is down fires at once when it comes up, and one
// that is not keeps its time.
func TestTimersSurvive(t *testing.T) {
	t.Parallel()
	w := newAwaiting(t)
	w.c.publish("trigger", "timer", readTestdata(t, "crash", "timer.js"), nil)
	w.c.put("/devices/d2", map[string]any{"triggers": []string{"timer"}})
	begun := time.Now()
	w.c.uplink("d2", map[string]any{"n": 1, "delayms": 400})
	w.c.uplink("d2", map[string]any{"n": 2, "delayms": 3000})
	w.p.kill()
	time.Sleep(500 * time.Millisecond)
	w.p.launch()
	up := time.Now()
	eventually(t, "both timers fire", func() bool { return len(w.receiver.where("/tick/d2")) == 2 })
	ticks := w.receiver.where("/tick/d2")
	if late := ticks[0].At.Sub(up); late > 2*time.Second {
		t.Errorf("the timer that was due fired %s after the start", late)
	}
	if ticks[1].At.Before(begun.Add(3 * time.Second)) {
		t.Errorf("the second timer fired %s early", begun.Add(3*time.Second).Sub(ticks[1].At))
	}
}
