package main

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// load is what came of posting uplinks.
type load struct {
	began, ended     time.Time
	accepted, failed int64
	latencies        []time.Duration // of accepted uplinks, sorted
}

// quantile is a latency in ms.
func (l *load) quantile(q float64) float64 {
	if len(l.latencies) == 0 {
		return 0
	}
	return float64(l.latencies[int(q*float64(len(l.latencies)-1))].Microseconds()) / 1000
}

// post has each connection post one uplink after the other, until duration is over. An uplink that the
// server is too busy for is posted again after a moment, as a gateway would; it counts when it is taken.
func post(url, token string, duration time.Duration, connections int) *load {
	client := &http.Client{Transport: &http.Transport{MaxIdleConns: connections, MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	l := &load{began: time.Now()}
	var wg sync.WaitGroup
	for c := range connections {
		wg.Go(func() {
			var mine []time.Duration
			var failed int64
			for n := c; time.Since(l.began) < duration; n += connections {
				start := time.Now()
				switch status := postOne(client, url, token, n); status {
				case http.StatusAccepted:
					mine = append(mine, time.Since(start))
				case http.StatusServiceUnavailable:
					time.Sleep(20 * time.Millisecond)
				default:
					failed++
				}
			}
			mu.Lock()
			defer mu.Unlock()
			l.latencies = append(l.latencies, mine...)
			l.failed += failed
		})
	}
	wg.Wait()
	l.ended = time.Now()
	l.accepted = int64(len(l.latencies))
	slices.Sort(l.latencies)
	return l
}

func postOne(client *http.Client, url, token string, n int) (status int) {
	body := fmt.Sprintf(`{"eui":%q,"thingModelId":"thermometer","telemetry_data":{"temperature":%d.5,"humidity":61.2,"battery":3.61}}`, eui(n%fleet), 31+n%9)
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return 0
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}
