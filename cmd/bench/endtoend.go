package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tripline/tripline/scripts/library"
)

// fleet is how many devices send.
const fleet = 1000

// rounds is how often the two are measured in turn: what else runs on a machine changes from minute to minute.
const rounds = 3

// endToEnd compares uplinks that fire a trigger, two RPCs and a delivery with the forwarder, which only
// parses an uplink and posts a message.
func endToEnd(product, forwarder string, duration time.Duration, connections int, profile string) error {
	receiver, err := startReceiver()
	if err != nil {
		return err
	}
	defer receiver.Close()
	_, missing := os.Stat(forwarder)

	fmt.Printf("\nEnd to end: %d connections, everything on this machine\n", connections)
	var ratios []float64
	for len(ratios) < rounds {
		dir, err := os.MkdirTemp("", "tripline-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		own, err := measureProduct(product, dir, receiver, duration, connections, profile)
		if err != nil {
			return err
		}
		fmt.Printf("  %-10s %8.0f uplinks/s   p50 %6.1f ms   p99 %6.1f ms   %d delivered, the last %.1f s after the last uplink\n",
			"Tripline", own.rate, own.p50, own.p99, own.delivered, own.drain.Seconds())
		fmt.Printf("  %-10s %8.0f ms to ready   %5.1f MB idle (PSS)   %5.1f MB after the load\n", "", own.readyMS, own.idleMB, own.loadedMB)
		if missing != nil {
			fmt.Println("  (the forwarder's source is not here: no ratio)")
			return nil
		}
		reference, err := measureForwarder(forwarder, dir, receiver, duration, connections)
		if err != nil {
			return err
		}
		fmt.Printf("  %-10s %8.0f uplinks/s   p50 %6.1f ms   p99 %6.1f ms\n", "forwarder", reference.rate, reference.p50, reference.p99)
		ratios = append(ratios, own.rate/reference.rate)
	}
	slices.Sort(ratios)
	fmt.Printf("  Tripline does %.2f of the forwarder's rate in the median round, from %.2f to %.2f\n", ratios[rounds/2], ratios[0], ratios[rounds-1])
	return nil
}

// receiver takes messages as a WeCom bot's address does.
type receiver struct {
	*http.Server
	base  string
	count atomic.Int64
}

func startReceiver() (*receiver, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &receiver{base: "http://" + listener.Addr().String()}
	r.Server = &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body)
		r.count.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
	})}
	go func() { _ = r.Serve(listener) }() // ends with Close
	return r, nil
}

type figures struct {
	rate, p50, p99            float64
	delivered                 int64
	drain                     time.Duration
	readyMS, idleMB, loadedMB float64
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}

func measureProduct(product, dir string, r *receiver, duration time.Duration, connections int, profile string) (*figures, error) {
	p, err := startProduct(product, filepath.Join(dir, "data"), r, profile)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	f := &figures{readyMS: float64(p.ready.Microseconds()) / 1000}
	time.Sleep(500 * time.Millisecond)
	f.idleMB = pss(p.Process.Pid)
	if err := prepare(p.api, p.token, r.base); err != nil {
		return nil, err
	}
	before := r.count.Load()
	load := post(p.api+"/uplinks", p.token, duration, connections)
	if load.failed > 0 {
		return nil, fmt.Errorf("%d of %d uplinks were refused", load.failed, load.accepted+load.failed)
	}
	// The work is done when the last message has arrived: what waits then counts as time.
	for deadline := time.Now().Add(time.Minute); r.count.Load()-before < load.accepted; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("%d uplinks were accepted and %d messages arrived", load.accepted, r.count.Load()-before)
		}
	}
	f.drain = time.Since(load.ended)
	f.delivered = r.count.Load() - before
	f.rate = float64(load.accepted) / time.Since(load.began).Seconds()
	f.p50, f.p99 = load.quantile(0.5), load.quantile(0.99)
	f.loadedMB = pss(p.Process.Pid)
	return f, nil
}

// served is the product serving.
type served struct {
	*exec.Cmd
	api   string // its address
	token string // of an admin
	ready time.Duration
}

func startProduct(product, data string, r *receiver, profile string) (*served, error) {
	addr, err := freeAddress()
	if err != nil {
		return nil, err
	}
	p := &served{Cmd: exec.Command(product, "serve", "--addr", addr, "--data", data), api: "http://" + addr + "/api/v1", token: rand.Text()}
	p.Env = append(os.Environ(), "TRIPLINE_ADMIN_TOKEN="+p.token, "TRIPLINE_EGRESS_ALLOW=127.0.0.1", "TRIPLINE_LOG=warn")
	if profile != "" {
		p.Env = append(p.Env, "TRIPLINE_CPUPROFILE="+profile)
	}
	p.Stderr = os.Stderr
	started := time.Now()
	if err := p.Start(); err != nil {
		return nil, err
	}
	if err := awaitReady("http://" + addr + "/readyz"); err != nil {
		p.stop()
		return nil, err
	}
	p.ready = time.Since(started)
	return p, nil
}

func (p *served) stop() { _ = p.Process.Signal(os.Interrupt); _ = p.Wait() }

func measureForwarder(source, dir string, r *receiver, duration time.Duration, connections int) (*figures, error) {
	binary := filepath.Join(dir, "forwarder")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = source
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the forwarder: %w\n%s", err, out)
	}
	addr, err := freeAddress()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(binary, "-addr", addr, "-to", r.base+"/cgi-bin/webhook/send")
	cmd.Env = append(os.Environ(), "GIN_MODE=release")
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	if err := awaitReady("http://" + addr + "/"); err != nil {
		return nil, err
	}
	load := post("http://"+addr+"/api/v1/uplinks", "", duration, connections)
	if load.failed > 0 {
		return nil, fmt.Errorf("the forwarder refused %d uplinks", load.failed)
	}
	return &figures{rate: float64(load.accepted) / load.ended.Sub(load.began).Seconds(), p50: load.quantile(0.5), p99: load.quantile(0.99)}, nil
}

func awaitReady(url string) error {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if resp, err := http.Get(url); err == nil {
			_ = resp.Body.Close()
			return nil
		}
	}
	return fmt.Errorf("%s does not answer", url)
}

// prepare sets up the organisation: the receiver as the bot's address, the trigger, the fleet. To WeCom's own
// address 20 messages a minute would go, which is not what is measured.
func prepare(api, token, receiver string) error {
	put := func(path string, body any) error {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		req, err := http.NewRequest(http.MethodPut, api+path, bytes.NewReader(text))
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		reply, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("PUT %s: %s %s", path, resp.Status, reply)
		}
		return nil
	}
	if err := put("/org-params/wecom_webhook_url", map[string]any{"value": receiver + "/cgi-bin/webhook/send?key=" + rand.Text()}); err != nil {
		return err
	}
	if err := put("/scripts/trigger/overheat", map[string]any{"source": library.Overheat().Source}); err != nil {
		return err
	}
	for i := range fleet {
		body := map[string]any{"name": fmt.Sprintf("Sensor %d", i), "triggers": []string{"overheat"}, "server_attrs": map[string]any{"alarm_temp": 30}}
		if err := put("/devices/"+eui(i), body); err != nil {
			return err
		}
	}
	return nil
}

func eui(i int) string { return fmt.Sprintf("a84041%010x", i) }

// pss is the memory of a process and its worker processes, shared pages by their share, in MB.
func pss(pid int) float64 {
	total := pssOf(pid)
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return total
	}
	for _, task := range tasks {
		children, err := os.ReadFile(task)
		if err != nil {
			continue // the thread has ended
		}
		for child := range strings.FieldsSeq(string(children)) {
			if n, err := strconv.Atoi(child); err == nil {
				total += pssOf(n)
			}
		}
	}
	return total
}

func pssOf(pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, "Pss: %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}
