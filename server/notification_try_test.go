package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/egress"
	"github.com/tripline/tripline/runtime/platform/known"
	"github.com/tripline/tripline/server"
)

// slowPlatform answers as WeCom does, when it is told to, and counts what is under way.
type slowPlatform struct {
	answer chan struct{} // closed: at once

	mu            sync.Mutex
	arrived       *sync.Cond
	now, most, of int // requests under way, the most of them at once, all
}

func newSlowPlatform() *slowPlatform {
	p := &slowPlatform{answer: make(chan struct{})}
	p.arrived = sync.NewCond(&p.mu)
	return p
}

// Do implements egress.Doer.
func (p *slowPlatform) Do(ctx context.Context, req runtime.HTTPRequest, _ egress.Guard) (runtime.HTTPResponse, error) {
	p.count(1)
	defer p.count(-1)
	select {
	case <-p.answer:
	case <-ctx.Done():
	}
	return runtime.HTTPResponse{Status: 200, Body: []byte(`{"errcode":0,"errmsg":"ok"}`), URL: req.URL}, nil
}

func (p *slowPlatform) count(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now += n
	p.of += max(n, 0)
	p.most = max(p.most, p.now)
	p.arrived.Broadcast()
}

// await waits until so many requests are under way.
func (p *slowPlatform) await(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.now < n {
		p.arrived.Wait()
	}
}

// sending is the site with a performer that sends to p.
func (s *site) sending(p *slowPlatform) {
	s.Helper()
	budgets, err := egress.NewBudgets(s.Context(), s.store, s.store, known.Platforms(), s.now)
	if err != nil {
		s.Fatal(err)
	}
	srv := httptest.NewServer(server.New(server.Config{
		Store: s.store, Now: s.now, AdminToken: adminToken, Events: server.NewEvents(), Metrics: server.NewMetrics(func() int { return 0 }),
		Performer: &deliver.HTTP{Client: p, Orgs: s.store, Platforms: known.Platforms(), Now: s.now, Budgets: budgets,
			Types: known.Services(), Services: s.store, Tokens: deliver.NewTokens(s.store, s.now)},
	}).Handler())
	s.Cleanup(srv.Close)
	s.url = srv.URL
}

// TestTestsAreBounded: one at a time in an organisation, and not to all its targets at once.
func TestTestsAreBounded(t *testing.T) {
	s, p := newSite(t), newSlowPlatform()
	s.sending(p)
	admin := s.admin()
	var groups []any
	for i := range 30 {
		groups = append(groups, group(fmt.Sprint("g", i), hookOf+fmt.Sprint("key-", i)))
	}
	admin.must(200, "PUT", "/notification-services/many", wecomGroups(groups...))
	admin.must(200, "PUT", "/orgs/acme", object{"name": "Acme"})
	acme := s.token(admin.must(201, "POST", "/tokens", object{"name": "t", "scopes": []string{"admin"}, "org": "acme"}).body["token"].(string))
	acme.must(200, "PUT", "/notification-services/one", wecomGroups(group("a", hookOf+"of-acme")))

	var tests sync.WaitGroup
	tests.Go(func() {
		if r := admin.must(200, "POST", "/notification-services/many/test", nil); len(r.items()) != 30 || r.at("items.9.target") != "g9" {
			t.Errorf("the test answers %s", r.text)
		}
	})
	p.await(8)
	busy := admin.must(http.StatusTooManyRequests, "POST", "/notification-services/many/test", nil)
	if busy.Header.Get("Retry-After") == "" {
		t.Errorf("a second test is answered without Retry-After: %s", busy.text)
	}
	tests.Go(func() { acme.must(200, "POST", "/notification-services/one/test", nil) })
	p.await(9) // another organisation does not wait for it
	close(p.answer)
	tests.Wait()
	if p.most > 9 {
		t.Errorf("%d messages were sent at once", p.most)
	}
	admin.must(200, "POST", "/notification-services/many/test", nil) // there is room again
}

// TestTestsKeepTheBudget: a test counts for the limit of the bot.
func TestTestsKeepTheBudget(t *testing.T) {
	s, p := newSite(t), newSlowPlatform()
	close(p.answer)
	s.sending(p)
	admin := s.admin()
	admin.must(200, "PUT", "/notification-services/s", wecomGroups(group("a", hookOf+"key-0")))
	for i := range 25 {
		want := deliver.Delivered
		if i >= 20 {
			want = deliver.Transient
		}
		r := admin.must(200, "POST", "/notification-services/s/test", nil)
		if r.at("items.0.outcome") != want || want == deliver.Transient && !strings.Contains(r.text, "limit is used up") {
			t.Errorf("test %d answers %s", i+1, r.text)
		}
	}
	if p.of != 20 {
		t.Errorf("the bot got %d messages in a minute", p.of)
	}
}
