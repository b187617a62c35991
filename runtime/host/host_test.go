package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/egress"
)

// memory is a Cache and a Policy.
type memory struct {
	values map[string]string
	hosts  []string
}

func (m *memory) CacheValue(_ context.Context, org, script, key string) (json.RawMessage, error) {
	if v, ok := m.values[org+"/"+script+"/"+key]; ok {
		return json.RawMessage(v), nil
	}
	return nil, nil
}

func (m *memory) PutCacheValue(_ context.Context, org, script, key string, value json.RawMessage, expires time.Time) error {
	m.values[org+"/"+script+"/"+key] = fmt.Sprintf("%s until %d", value, expires.Unix())
	return nil
}

func (m *memory) EgressHosts(string) []string { return m.hosts }

func TestOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(nil, &memory{}, &memory{}, time.Now)
		began := time.Now()
		var mu sync.Mutex
		inside := map[string]int{}
		var wg sync.WaitGroup
		for _, who := range []struct{ org, script, key string }{{"o", "s", "k"}, {"o", "s", "other"}, {"o", "r", "k"}, {"p", "s", "k"}} {
			for range 5 {
				wg.Go(func() {
					unlock, err := h.Host(who.org, who.script, nil).CacheLock(context.Background(), who.key)
					if err != nil {
						t.Error(err)
						return
					}
					name := fmt.Sprint(who)
					mu.Lock()
					if inside[name]++; inside[name] > 1 {
						t.Errorf("%d hold %s", inside[name], name)
					}
					mu.Unlock()
					time.Sleep(time.Second)
					mu.Lock()
					inside[name]--
					mu.Unlock()
					unlock()
					unlock() // once more than needed
				})
			}
		}
		wg.Wait()
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("keys side by side took %v", took)
		}
		if len(h.locks.held) != 0 {
			t.Errorf("memory keeps %v", h.locks.held)
		}
	})
}

func TestAWaitThatIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(nil, &memory{}, &memory{}, time.Now).Host("o", "s", nil)
		unlock, err := h.CacheLock(context.Background(), "k")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if _, err := h.CacheLock(ctx, "k"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a wait that ends: %v", err)
		}
		unlock()
		again, err := h.CacheLock(context.Background(), "k")
		if err != nil {
			t.Fatal(err)
		}
		again()
		if held := h.(*host).hosts.locks.held; len(held) != 0 {
			t.Errorf("memory keeps %v", held)
		}
	})
}

func TestTheCacheIsTheScriptsOwn(t *testing.T) {
	now := time.Unix(1000, 0)
	m := &memory{values: map[string]string{}}
	hosts := New(nil, m, m, func() time.Time { return now })
	if err := hosts.Host("o", "s", nil).CacheSet(t.Context(), "k", json.RawMessage(`1`), time.Minute); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ org, script, want string }{{"o", "s", "1 until 1060"}, {"o", "r", ""}, {"p", "s", ""}} {
		if got, err := hosts.Host(c.org, c.script, nil).CacheGet(t.Context(), "k"); err != nil || string(got) != c.want {
			t.Errorf("%s of %s reads %q (%v), want %q", c.script, c.org, got, err, c.want)
		}
	}
}

func TestFetchIsGuarded(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer server.Close()
	client := egress.New(egress.Config{Allow: []string{"127.0.0.1"}})
	defer client.CloseIdle()
	const credential = "a-long-secret-value"
	granted := orgparams.NewSet([]orgparams.Param{{Key: "k", Value: credential, Secret: true, Hosts: []string{"api.example.com"}}}, nil)
	for _, c := range []struct {
		name    string
		hosts   []string
		body    string
		blocked bool
	}{
		{"allowed", nil, "hello", false},
		{"on the organisation's list", []string{"127.0.0.1"}, "hello", false},
		{"not on the organisation's list", []string{"api.example.com"}, "hello", true},
		{"with a secret that may not go there", nil, credential, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := asked
			m := &memory{hosts: c.hosts}
			_, err := New(client, m, m, time.Now).Host("o", "s", granted).Fetch(t.Context(), runtime.HTTPRequest{Method: "POST", URL: server.URL, Body: []byte(c.body)})
			fetch, _ := errors.AsType[*runtime.FetchError](err)
			if blocked := fetch != nil && fetch.Code == string(runtime.CodeEgressBlocked); blocked != c.blocked || (asked == before) != c.blocked {
				t.Errorf("error %v after %d requests", err, asked-before)
			}
		})
	}
}
