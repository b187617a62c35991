//go:build linux

package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// soakPlan is how long and how hard a server is tried.
type soakPlan struct {
	length     time.Duration
	rate       int // uplinks a second
	killEvery  time.Duration
	fullFor    time.Duration
	databaseMB int
	disk       string        // size of the disk
	patience   time.Duration // for what is left at the end
}

// The short plan is part of every run of the tests, on machines that do much else at the same time.
var shortSoak = soakPlan{length: 45 * time.Second, rate: 40, killEvery: 12 * time.Second, fullFor: 4 * time.Second, databaseMB: 6, disk: "128m", patience: 2 * time.Minute}

var longSoak = soakPlan{length: 10 * time.Minute, rate: 500, killEvery: 30 * time.Second, fullFor: 15 * time.Second, databaseMB: 192, disk: "1g", patience: 10 * time.Minute}

// planOf reads TRIPLINE_SOAK, the length of a long one such as 10m, and TRIPLINE_SOAK_RATE.
func planOf(t *testing.T) soakPlan {
	t.Helper()
	plan := shortSoak
	if text := os.Getenv("TRIPLINE_SOAK"); text != "" {
		plan = longSoak
		var err error
		if plan.length, err = time.ParseDuration(text); err != nil {
			t.Fatalf("TRIPLINE_SOAK: %v", err)
		}
	}
	if text := os.Getenv("TRIPLINE_SOAK_RATE"); text != "" {
		var err error
		if plan.rate, err = strconv.Atoi(text); err != nil {
			t.Fatalf("TRIPLINE_SOAK_RATE: %v", err)
		}
	}
	return plan
}

// soak is a server that is tried, and what was seen of it.
type soak struct {
	t        *testing.T
	plan     soakPlan
	p        *process
	c        *client
	disk     *smallDisk
	receiver *soakReceiver
	pid      atomic.Int64
	over     atomic.Bool

	mu           sync.Mutex
	acknowledged []int
	refused      int // answered 503
	kills        []time.Time
	samples      []sample
}

// sample is what a server takes at one moment.
type sample struct {
	at       time.Duration // since the begin
	memoryMB int
	diskMB   int
}

// TestSoak tries a server for a while: load, receivers that fail, kills, a full disk. Every uplink that was
// acknowledged has its alert arrive, an alert arrives twice only when a kill lies between, and neither
// memory nor the files grow.
func TestSoak(t *testing.T) {
	s := newSoak(t, planOf(t))
	begun := time.Now()
	var work sync.WaitGroup
	const posters = 16
	for i := range posters {
		work.Go(func() { s.post(begun, i, posters) })
	}
	work.Go(func() { s.watch(begun) })
	s.torment(begun)
	s.over.Store(true)
	work.Wait()
	s.settle()
	s.report(time.Since(begun))
}

func newSoak(t *testing.T, plan soakPlan) *soak {
	s := &soak{t: t, plan: plan, receiver: newSoakReceiver(t), disk: newSmallDisk(t, plan.disk)}
	s.disk.p = func() int { return int(s.pid.Load()) }
	config := filepath.Join(t.TempDir(), "tripline.yaml")
	if err := os.WriteFile(config, []byte(fmt.Sprintf("retention:\n  database_mb: %d\ndelivery:\n  longest_wait_s: 5\n", plan.databaseMB)), 0o600); err != nil {
		t.Fatal(err)
	}
	address := refusedAddress(t)
	s.p = prepare(t, map[string]string{
		"TRIPLINE_ADDR": address, "TRIPLINE_CONFIG": config, "TRIPLINE_LOG": "error",
		"TRIPLINE_EGRESS_ALLOW": "127.0.0.1", "TRIPLINE_EGRESS_REWRITE": "https://qyapi.weixin.qq.com=" + s.receiver.chat(),
	})
	s.p.data = filepath.Join(s.disk.dir, "data")
	s.p.env["TRIPLINE_DATA"] = s.p.data
	s.launch()
	s.c = s.p.admin()
	s.c.base = func() string { return "http://" + address } // the same after every start
	s.publish()
	return s
}

func (s *soak) launch() {
	s.p.launch()
	s.pid.Store(int64(s.p.cmd.Process.Pid))
}

// soakDevices share the load.
const soakDevices = 100

// chatShare is how many of the alerts are WeCom messages, one in so many. A bot takes 20 a minute: there
// are as many bots as that takes, and as many again for second tries.
const chatShare = 20

func (s *soak) publish() {
	bots := 4 + 3*s.plan.rate*60/chatShare/20
	s.c.publish("rpc", "alert", fmt.Sprintf(`function rpc_script({ params }) {
		const n = params.n, plain = [%q, %q, %q];
		if (n %% %d === 1) {
			const url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=bot-" + Math.floor(n / %d) %% %d;
			return [{ type: "axios", dnMsg: { method: "post", url, timeout: %d, data: { msgtype: "text", text: { content: "alert " + n } } } }];
		}
		const url = n %% %d === 0 ? %q : plain[n %% 3];
		return [{ type: "axios", dnMsg: { method: "post", url: url + "/alert", timeout: %d, data: { n } } }];
	}`, s.receiver.plain()[0], s.receiver.plain()[1], s.receiver.plain()[2], chatShare, chatShare, bots, soakTimeout.Milliseconds(),
		slowShare, s.receiver.slow(), soakTimeout.Milliseconds()), map[string]any{"org_wide": true})
	s.c.publish("trigger", "soak", `function trigger_script(device, id) { return { actions: [{ method: "alert", params: { n: device.telemetry_data[id].n } }] } }`, nil)
	for i := range soakDevices {
		s.c.put(fmt.Sprintf("/devices/d%d", i), map[string]any{"triggers": []string{"soak"}})
	}
}

// post sends every so-many-th uplink in time, each until it is acknowledged, as a network server with an
// outbox does.
func (s *soak) post(begun time.Time, first, step int) {
	for n := first + 1; ; n += step {
		due := begun.Add(time.Duration(n) * time.Second / time.Duration(s.plan.rate))
		time.Sleep(time.Until(due))
		if s.over.Load() {
			return
		}
		if !s.send(n) {
			return
		}
	}
}

func (s *soak) send(n int) bool {
	body := map[string]any{"id": fmt.Sprint("u", n), "eui": fmt.Sprint("d", n%soakDevices), "thingModelId": "tm", "telemetry_data": map[string]any{"n": n}}
	for deadline := time.Now().Add(s.plan.patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		r, err := s.c.try("POST", "/uplinks", body)
		if err != nil {
			continue // killed; perhaps stored, perhaps not
		}
		switch r.status {
		case http.StatusAccepted:
			s.mu.Lock()
			s.acknowledged = append(s.acknowledged, n)
			s.mu.Unlock()
			return true
		case http.StatusServiceUnavailable:
			if r.header.Get("Retry-After") == "" {
				s.t.Errorf("a refusal does not say when to come back: %s", r.text)
			}
			s.mu.Lock()
			s.refused++
			s.mu.Unlock()
		default:
			s.t.Errorf("uplink %d: %d %s", n, r.status, r.text)
			return false
		}
	}
	s.t.Errorf("uplink %d was never acknowledged", n)
	return false
}

// torment kills the server again and again, and fills the disk twice: soon, while the files still grow, and
// late, when retention makes as much room in them as is written.
func (s *soak) torment(begun time.Time) {
	fills := []func(){s.fillGrowing, s.fillSteady}
	after := []time.Duration{min(s.plan.length/3, time.Minute-time.Second), s.plan.length * 2 / 3}
	for next := begun.Add(s.plan.killEvery); next.Before(begun.Add(s.plan.length)); next = next.Add(s.plan.killEvery) {
		time.Sleep(time.Until(next))
		if len(fills) > 0 && time.Since(begun) > after[0] {
			fills[0]()
			fills, after = fills[1:], after[1:]
		}
		s.p.kill()
		s.mu.Lock()
		s.kills = append(s.kills, time.Now())
		s.mu.Unlock()
		s.launch()
	}
	time.Sleep(time.Until(begun.Add(s.plan.length)))
	if len(fills) > 0 {
		s.t.Errorf("the disk was full %d times less than it should: the run is too short", len(fills))
	}
}

// fillGrowing fills the disk while the server needs more of it: it says so, refuses uplinks, and goes on by
// itself afterwards.
func (s *soak) fillGrowing() {
	s.disk.fill(s.t)
	full := time.Now()
	eventually(s.t, "the server is not ready because of the disk", func() bool {
		status, text := s.p.plain("/readyz")
		return status == http.StatusServiceUnavailable && strings.Contains(text, "disk")
	})
	time.Sleep(time.Until(full.Add(s.plan.fullFor)))
	s.freeDisk()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refused == 0 {
		s.t.Error("nothing was refused while the disk was full")
	}
}

// fillSteady fills the disk when the server may have room enough in its files: whether it refuses or goes
// on is its own affair as long as nothing is lost.
func (s *soak) fillSteady() {
	before := s.counts()
	s.disk.fill(s.t)
	time.Sleep(s.plan.fullFor)
	after := s.counts()
	s.t.Logf("with the disk full for %s in its last third the server took %d uplinks and refused %d times", s.plan.fullFor, after[0]-before[0], after[1]-before[1])
	s.freeDisk()
}

// counts returns how many uplinks were acknowledged and how often one was refused.
func (s *soak) counts() [2]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return [2]int{len(s.acknowledged), s.refused}
}

func (s *soak) freeDisk() {
	s.disk.free(s.t)
	eventually(s.t, "the server is ready again", func() bool {
		status, _ := s.p.plain("/readyz")
		return status == http.StatusOK
	})
}

// watch measures the server's memory and files once a second.
func (s *soak) watch(begun time.Time) {
	for !s.over.Load() {
		now := sample{at: time.Since(begun), memoryMB: residentMB(int(s.pid.Load())), diskMB: folderMB(s.p.data)}
		if now.memoryMB > 0 { // not just killed
			s.mu.Lock()
			s.samples = append(s.samples, now)
			s.mu.Unlock()
		}
		time.Sleep(time.Second)
	}
}

func residentMB(pid int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	var size, resident int
	_, _ = fmt.Sscan(string(text), &size, &resident)
	return resident * os.Getpagesize() >> 20
}

func folderMB(dir string) int {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0
	}
	var bytes int64
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil {
			bytes += info.Size()
		}
	}
	return int(bytes >> 20)
}

// settle waits until everything that was acknowledged has arrived.
func (s *soak) settle() {
	for deadline := time.Now().Add(s.plan.patience); ; time.Sleep(200 * time.Millisecond) {
		count, one := s.receiver.missing(s.acknowledged)
		if count == 0 {
			return
		}
		if time.Now().After(deadline) {
			s.t.Errorf("%d of %d acknowledged uplinks have no alert, uplink %d among them", count, len(s.acknowledged), one)
			s.tellWhatIsLeft()
			return
		}
	}
}

// tellWhatIsLeft logs how many are in which state, with one of each.
func (s *soak) tellWhatIsLeft() {
	for _, list := range []string{
		"/executions?state=queued", "/executions?state=waiting", "/executions?state=failed",
		"/deliveries?state=scheduled", "/deliveries?state=available", "/deliveries?state=retryable", "/deliveries?state=discarded",
	} {
		if r := s.c.get(list + "&limit=500"); r.count("items") > 0 {
			s.t.Logf("%s: %d and more, such as %s", list, r.count("items"), r.str("items.0"))
		}
	}
}

// report prints what was seen and holds it to what is promised.
func (s *soak) report(took time.Duration) {
	s.receiver.mu.Lock()
	defer s.receiver.mu.Unlock()
	twice, unexplained := 0, 0
	for n, at := range s.receiver.arrived {
		if len(at) == 1 {
			continue
		}
		twice++
		if !s.killedBetween(at[0], at[len(at)-1]) {
			unexplained++
			s.t.Errorf("the alert of uplink %d arrived %d times without a kill between: %v", n, len(at), at)
		}
	}
	s.t.Logf("%s at %d uplinks/s: %d acknowledged, %d times refused, %d kills", s.plan.length, s.plan.rate, len(s.acknowledged), s.refused, len(s.kills))
	s.t.Logf("%d alerts arrived, %d of them twice (kills between); the last %s after the end of the load", len(s.receiver.arrived), twice-unexplained, (took - s.plan.length).Round(time.Second))
	s.t.Logf("attempts by how they failed (\"\" did not): %v", s.receiver.failures)
	third := len(s.samples) / 3
	for i, part := range []string{"first", "second", "last"} {
		of := s.samples[i*third : (i+1)*third]
		s.t.Logf("%-6s third: memory up to %d MB, data folder up to %d MB", part, most(of, memoryOf), most(of, diskOf))
	}
	if middle, last := most(s.samples[third:2*third], memoryOf), most(s.samples[2*third:], memoryOf); last > middle*3/2+50 {
		s.t.Errorf("memory grows from %d to %d MB", middle, last)
	}
	if middle, last := most(s.samples[third:2*third], diskOf), most(s.samples[2*third:], diskOf); last > middle*3/2+10 {
		s.t.Errorf("the data folder grows from %d to %d MB", middle, last)
	}
}

func memoryOf(s sample) int { return s.memoryMB }
func diskOf(s sample) int   { return s.diskMB }

func most(samples []sample, of func(sample) int) int {
	if len(samples) == 0 {
		return 0
	}
	return of(slices.MaxFunc(samples, func(a, b sample) int { return of(a) - of(b) }))
}

func (s *soak) killedBetween(from, to time.Time) bool {
	return slices.ContainsFunc(s.kills, func(at time.Time) bool { return at.After(from) && at.Before(to) })
}
