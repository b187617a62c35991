package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"time"
)

// greedy are scripts of an organisation that takes what it can get: one that an interrupt stops, ones that
// only the end of their process stops, one that dies of its memory at once, and one of ordinary length.
var greedy = []string{
	`for (;;);`,
	`[].indexOf.call({ length: 2 ** 53 }, 1)`,
	`return /(?=(a+)+$)b/.test("a".repeat(40) + "!") || [].indexOf.call({ length: 2 ** 53 }, 1)`,
	`return "x".repeat(2 ** 30)`,
	`const end = Date.now() + 8; while (Date.now() < end); return null`,
	`const all = []; for (;;) all.push(new Array(1000).fill(all.length))`,
}

// fairness measures what an organisation keeps of its throughput and latency, triggers included, while another one loops
// hostile scripts on every processor.
func fairness(product string, duration time.Duration, connections, attack int) error {
	attacks := greedy
	if attack > 0 && attack <= len(greedy) {
		attacks = greedy[attack-1 : attack]
	}
	dir, err := os.MkdirTemp("", "tripline-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r, err := startReceiver()
	if err != nil {
		return err
	}
	defer r.Close()
	p, err := startProduct(product, filepath.Join(dir, "data"), r, "")
	if err != nil {
		return err
	}
	defer p.stop()
	if err := prepare(p.api, p.token, r.base); err != nil {
		return err
	}
	hostile, err := p.addOrg("hostile")
	if err != nil {
		return err
	}
	half := duration / 2
	post(p.api+"/uplinks?wait=1", p.token, half/4, connections) // so that caches are warm on both sides
	alone := post(p.api+"/uplinks?wait=1", p.token, half, connections)
	ctx, cancel := context.WithCancel(context.Background())
	began := time.Now()
	looping := p.loop(ctx, hostile, attacks)
	time.Sleep(time.Second)
	beside := post(p.api+"/uplinks?wait=1", p.token, half, connections)
	cancel()
	took := time.Since(began)
	runs := looping()
	if alone.failed+beside.failed > 0 {
		return fmt.Errorf("%d uplinks were refused", alone.failed+beside.failed)
	}
	fmt.Printf("\nFairness: another organisation loops hostile scripts, %d at a time\n", loopers())
	for _, line := range []struct {
		name string
		load *load
	}{{"alone", alone}, {"beside", beside}} {
		fmt.Printf("  %-10s %8.0f uplinks/s   p50 %6.1f ms   p99 %6.1f ms, triggers included\n", line.name, line.load.rate(), line.load.quantile(0.5), line.load.quantile(0.99))
	}
	fmt.Printf("  keeps %.2f of its throughput, p99 is %.1f times as long (%.1f hostile runs a second)\n",
		beside.rate()/alone.rate(), beside.quantile(0.99)/alone.quantile(0.99), float64(runs)/took.Seconds())
	return nil
}

func (l *load) rate() float64 { return float64(l.accepted) / l.ended.Sub(l.began).Seconds() }

// loopers is how many hostile runs are asked for at a time.
func loopers() int { return 4 * goruntime.GOMAXPROCS(0) }

// loop asks for hostile runs one after the other until ctx ends. done returns how many there were.
func (p *served) loop(ctx context.Context, token string, attacks []string) (done func() int64) {
	var wg sync.WaitGroup
	var runs atomic.Int64
	for i := range loopers() {
		wg.Go(func() {
			for n := i; ctx.Err() == nil; n++ {
				if _, err := p.call(ctx, token, http.MethodPost, "/scripts/test", map[string]any{"kind": "rpc", "source": attacks[n%len(attacks)]}); err == nil {
					runs.Add(1)
				}
			}
		})
	}
	return func() int64 { wg.Wait(); return runs.Load() }
}

// addOrg makes an organisation and returns a token of it.
func (p *served) addOrg(code string) (token string, err error) {
	ctx := context.Background()
	if _, err := p.call(ctx, p.token, http.MethodPut, "/orgs/"+code, map[string]any{"name": code}); err != nil {
		return "", err
	}
	reply, err := p.call(ctx, p.token, http.MethodPost, "/tokens", map[string]any{"name": "bench", "scopes": []string{"admin"}, "org": code})
	if err != nil {
		return "", err
	}
	var made struct {
		Token string `json:"token"`
	}
	return made.Token, json.Unmarshal(reply, &made)
}

func (p *served) call(ctx context.Context, token, method, path string, body any) ([]byte, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, p.api+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	reply, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s %s", method, path, resp.Status, reply)
	}
	return reply, err
}
