package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/breaker"
	"github.com/tripline/tripline/runtime/platform/known"
	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/server"
	"github.com/tripline/tripline/server/store"
)

const adminToken = "the-admin-token-of-the-environment"

// site is a server on a real store, with a clock that a test moves.
type site struct {
	*testing.T
	store *store.Store
	dir   string
	url   string
	clock atomic.Int64
}

func newSite(t *testing.T) *site {
	s := &site{T: t, dir: t.TempDir()}
	s.clock.Store(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC).UnixNano())
	db, err := store.Open(t.Context(), s.dir, store.Options{Keys: secret.NewKeyring(secret.NewMasterKey()), Now: s.now, Services: known.Services()})
	if err != nil {
		t.Fatal(err)
	}
	s.store = db
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := db.Bootstrap(t.Context()); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(server.New(server.Config{
		Store: db, Breaker: breaker.New(nil, breaker.Default), Now: s.now, AdminToken: adminToken, Events: server.NewEvents(), Metrics: server.NewMetrics(func() int { return 0 }),
	}).Handler())
	t.Cleanup(srv.Close)
	s.url = srv.URL
	return s
}

func (s *site) now() time.Time { return time.Unix(0, s.clock.Load()).UTC() }

func (s *site) wait(d time.Duration) { s.clock.Add(int64(d)) }

// caller sends requests as somebody.
type caller struct {
	s      *site
	header http.Header
}

func (s *site) anybody() caller           { return caller{s, http.Header{}} }
func (s *site) admin() caller             { return s.token(adminToken) }
func (s *site) token(token string) caller { return s.anybody().with("Authorization", "Bearer "+token) }
func (c caller) with(name, value string) caller {
	h := c.header.Clone()
	h.Set(name, value)
	return caller{c.s, h}
}

// reply is an answer with its JSON body.
type reply struct {
	*http.Response
	text string
	body map[string]any
}

func (c caller) send(method, path string, body any) reply {
	c.s.Helper()
	var content io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(body)
	default:
		text, err := json.Marshal(body)
		if err != nil {
			c.s.Fatal(err)
		}
		content = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(context.Background(), method, c.s.url+"/api/v1"+path, content)
	if err != nil {
		c.s.Fatal(err)
	}
	req.Header = c.header.Clone()
	if content != nil && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.s.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		c.s.Fatal(err)
	}
	r := reply{Response: resp, text: string(text)}
	_ = json.Unmarshal(text, &r.body) // some replies have none
	return r
}

// must sends a request that has to have this status.
func (c caller) must(status int, method, path string, body any) reply {
	c.s.Helper()
	r := c.send(method, path, body)
	if r.StatusCode != status {
		c.s.Fatalf("%s %s: %d %s, want %d", method, path, r.StatusCode, r.text, status)
	}
	if status >= 400 {
		if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
			c.s.Errorf("%s %s: content type %q", method, path, got)
		}
		if r.body["status"] != float64(status) || r.body["title"] == "" || r.body["code"] == "" || r.body["detail"] == "" {
			c.s.Errorf("%s %s: %s is no problem", method, path, r.text)
		}
	}
	return r
}

type object = map[string]any

// user makes a user and returns them signed in.
func (s *site) user(name, role string) caller {
	s.Helper()
	s.admin().must(200, "PUT", "/users/"+name, object{"role": role, "password": "password of " + name})
	return s.signIn(name, "password of "+name)
}

func (s *site) signIn(name, password string) caller {
	s.Helper()
	return s.anybody().cookieOf(s.anybody().must(200, "POST", "/login", object{"name": name, "password": password}))
}

func (c caller) cookieOf(r reply) caller {
	c.s.Helper()
	for _, cookie := range r.Cookies() {
		if cookie.Name == "tripline_session" {
			return c.with("Cookie", cookie.Name+"="+cookie.Value)
		}
	}
	c.s.Fatal("no session cookie")
	return caller{}
}

func (s *site) scoped(scopes ...string) caller {
	s.Helper()
	return s.token(s.admin().must(201, "POST", "/tokens", object{"name": "t", "scopes": scopes}).body["token"].(string))
}

func (r reply) items() []any {
	items, _ := r.body["items"].([]any)
	return items
}

// places lists errors[].location of a problem.
func (r reply) places() string {
	var out []string
	fields, _ := r.body["errors"].([]any)
	for _, f := range fields {
		out = append(out, fmt.Sprint(f.(object)["location"]))
	}
	return strings.Join(out, " ")
}

func TestWhoMayDoWhat(t *testing.T) {
	s := newSite(t)
	s.admin().must(200, "PUT", "/org-params/p", object{"value": "a value of some length"})
	s.admin().must(200, "PUT", "/users/somebody", object{"role": "operator", "password": "password"})

	callers := map[string]caller{
		"nobody": s.anybody(), "wrong token": s.token("tlt_wrong"), "wrong cookie": s.anybody().with("Cookie", "tripline_session=x"),
		"ingest": s.scoped("ingest"), "rpc": s.scoped("rpc"), "read": s.scoped("read"), "scripts": s.scoped("scripts"), "admin": s.scoped("admin"),
		"operator": s.user("op", "operator"), "integrator": s.user("int", "integrator"), "admin user": s.user("adm", "admin"), "environment": s.admin(),
	}
	unknown := []string{"nobody", "wrong token", "wrong cookie"}
	admins := []string{"admin", "admin user", "environment"}
	writers := append([]string{"scripts", "integrator"}, admins...)
	everybody := append([]string{"ingest", "rpc", "read", "operator"}, writers...)

	for _, route := range []struct {
		method, path string
		body         any
		allowed      []string
	}{
		{"GET", "/me", nil, everybody},
		{"GET", "/org-params", nil, admins},
		{"GET", "/org-params/p", nil, admins},
		{"GET", "/org-params/p?reveal=1", nil, admins},
		{"GET", "/org-params/keys", nil, writers},
		{"PUT", "/org-params/p", object{"remark": "r"}, admins},
		{"DELETE", "/org-params/none", nil, admins},
		{"GET", "/users", nil, admins},
		{"GET", "/users/somebody", nil, admins},
		{"PUT", "/users/somebody", object{"role": "operator"}, admins},
		{"DELETE", "/users/none", nil, admins},
		{"GET", "/tokens", nil, admins},
		{"POST", "/tokens", object{"name": "n", "scopes": []string{"read"}}, admins},
		{"DELETE", "/tokens/none", nil, admins},
		{"GET", "/orgs", nil, admins},
		{"GET", "/orgs/default", nil, admins},
		{"PUT", "/orgs/default", object{"name": "Default"}, admins},
		{"DELETE", "/orgs/none", nil, admins},
		{"GET", "/audit", nil, admins},
	} {
		for name, c := range callers {
			r := c.send(route.method, route.path, route.body)
			want := "403"
			switch {
			case slices.Contains(unknown, name):
				want = "401"
			case slices.Contains(route.allowed, name) && strings.HasSuffix(route.path, "/none"):
				want = "404"
			case slices.Contains(route.allowed, name):
				want = "200 201 204"
			}
			if !strings.Contains(want, fmt.Sprint(r.StatusCode)) {
				t.Errorf("%s %s as %s: %d, want %s", route.method, route.path, name, r.StatusCode, want)
			}
			if (r.StatusCode == 401) != (r.Header.Get("WWW-Authenticate") != "") {
				t.Errorf("%s %s as %s: %d with WWW-Authenticate %q", route.method, route.path, name, r.StatusCode, r.Header.Get("WWW-Authenticate"))
			}
		}
	}
}

func TestAnotherOrganisationIsNotThere(t *testing.T) {
	s := newSite(t)
	s.admin().must(200, "PUT", "/orgs/acme", object{"name": "Acme", "time_zone": "Asia/Shanghai", "unknown_devices": "create"})
	acme := s.token(s.admin().must(201, "POST", "/tokens", object{"name": "t", "scopes": []string{"admin"}, "org": "acme"}).body["token"].(string))
	own := s.admin().must(201, "POST", "/tokens", object{"name": "own", "scopes": []string{"read"}})
	s.admin().must(200, "PUT", "/org-params/p", object{"value": "of default"})
	s.user("somebody", "operator")

	for _, path := range []string{"/org-params/p", "/org-params/p?reveal=1", "/users/somebody", "/orgs/default", "/orgs/none"} {
		acme.must(404, "GET", path, nil)
	}
	acme.must(404, "PUT", "/orgs/default", object{"name": "mine"})
	acme.must(404, "PUT", "/orgs/other", object{"name": "mine"})
	acme.must(404, "DELETE", "/orgs/default", nil)
	acme.must(403, "DELETE", "/orgs/acme", nil)
	acme.must(404, "DELETE", "/tokens/"+own.body["id"].(string), nil)
	acme.must(403, "POST", "/tokens", object{"name": "t", "scopes": []string{"admin"}, "org": "default"})
	for path, want := range map[string]int{"/org-params": 0, "/org-params/keys": 0, "/users": 0, "/tokens": 1, "/orgs": 1, "/audit": 1} {
		if got := len(acme.must(200, "GET", path, nil).items()); got != want {
			t.Errorf("GET %s shows %d things", path, got)
		}
	}

	// The same names in two organisations are two things.
	acme.must(200, "PUT", "/org-params/p", object{"value": "of acme"})
	acme.must(200, "PUT", "/users/somebody", object{"role": "admin", "password": "another password"})
	if got := s.admin().must(200, "GET", "/org-params/p?reveal=1", nil).body["value"]; got != "of default" {
		t.Errorf("p of default became %v", got)
	}
	s.anybody().must(401, "POST", "/login", object{"name": "somebody", "password": "another password"})
	s.anybody().must(200, "POST", "/login", object{"org": "acme", "name": "somebody", "password": "another password"})
	if got := acme.must(200, "PUT", "/orgs/acme", object{"origin_tag": "x"}).body; got["name"] != "Acme" || got["time_zone"] != "Asia/Shanghai" || got["origin_tag"] != "x" {
		t.Errorf("what was left out did not stay: %v", got)
	}

	s.admin().must(204, "DELETE", "/orgs/acme", nil)
	acme.must(401, "GET", "/me", nil)
	s.anybody().must(401, "POST", "/login", object{"org": "acme", "name": "somebody", "password": "another password"})
	s.admin().must(404, "GET", "/orgs/acme", nil)
	s.admin().must(409, "DELETE", "/orgs/default", nil)
	s.admin().must(200, "PUT", "/orgs/acme", object{"name": "Acme again"})
	set, err := s.store.OrgParams(t.Context(), "acme")
	if err != nil || len(set.Keys()) != 0 {
		t.Errorf("params came back with the organisation: %v, %v", set.Keys(), err)
	}
}
