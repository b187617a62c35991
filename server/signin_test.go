package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestSetup(t *testing.T) {
	s := newSite(t)
	first, err := s.store.Bootstrap(t.Context())
	if err != nil || first == "" {
		t.Fatalf("setup token %q, %v", first, err)
	}
	token, err := s.store.Bootstrap(t.Context())
	if err != nil || token == first {
		t.Fatalf("setup token %q, %v", token, err)
	}
	for _, wrong := range []string{"wrong", first} {
		s.anybody().must(403, "POST", "/setup", object{"token": wrong, "password": "a good password"})
	}
	if got := s.anybody().must(422, "POST", "/setup", object{"token": token, "password": "short"}).places(); got != "body.password" {
		t.Errorf("bad fields: %s", got)
	}
	done := s.anybody().must(200, "POST", "/setup", object{"token": token, "password": "a good password"})
	if done.body["org"] != "default" || done.body["org_name"] != "Default" || done.body["name"] != "admin" || done.body["role"] != "admin" || len(done.body["capabilities"].([]any)) != 6 {
		t.Errorf("reply %s", done.text)
	}
	if got := s.anybody().cookieOf(done).must(200, "GET", "/me", nil); got.text != done.text {
		t.Errorf("/me says %s, setup said %s", got.text, done.text)
	}
	if s.store.IsSetupToken(token) {
		t.Error("the token is still good")
	}
	s.anybody().must(403, "POST", "/setup", object{"token": token, "password": "another password"})
	s.signIn("admin", "a good password")
	if again, err := s.store.Bootstrap(t.Context()); err != nil || again != "" {
		t.Errorf("a setup token with an admin there: %q, %v", again, err)
	}
}

func TestSetupLinkUsedTwiceAtOnce(t *testing.T) {
	s := newSite(t)
	token, err := s.store.Bootstrap(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	results := make(chan int)
	for i := range 4 {
		go func() {
			results <- s.anybody().send("POST", "/setup", object{"token": token, "name": fmt.Sprint("admin", i), "password": "a good password"}).StatusCode
		}()
	}
	made := 0
	for range 4 {
		if <-results == 200 {
			made++
		}
	}
	if made != 1 {
		t.Errorf("%d admins were made", made)
	}
}

func TestSessions(t *testing.T) {
	s := newSite(t)
	s.admin().must(200, "PUT", "/users/ann", object{"role": "admin", "password": "password of ann"})
	r := s.anybody().must(200, "POST", "/login", object{"name": "ann", "password": "password of ann"})
	c := r.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure || c.Path != "/" {
		t.Errorf("cookie %v", c)
	}
	secure := s.anybody().with("X-Forwarded-Proto", "https").must(200, "POST", "/login", object{"name": "ann", "password": "password of ann"})
	if !secure.Cookies()[0].Secure {
		t.Error("the cookie is not Secure behind TLS")
	}
	ann := s.anybody().cookieOf(r)
	if out := ann.must(204, "POST", "/logout", nil); out.Cookies()[0].MaxAge >= 0 {
		t.Errorf("cookie after signing out: %v", out.Cookies()[0])
	}
	ann.must(401, "GET", "/me", nil)
	s.anybody().must(204, "POST", "/logout", nil)

	// A token is no cookie, and a cookie no token.
	ann = s.signIn("ann", "password of ann")
	value := strings.TrimPrefix(ann.header.Get("Cookie"), "tripline_session=")
	s.token(value).must(401, "GET", "/me", nil)
	s.anybody().with("Cookie", "tripline_session="+adminToken).must(401, "GET", "/me", nil)

	for name, takeAway := range map[string]func(){
		"another password": func() { s.admin().must(200, "PUT", "/users/ann", object{"password": "password of ann 2"}) },
		"deleted": func() {
			s.admin().must(200, "PUT", "/users/bob", object{"role": "admin", "password": "password"})
			s.admin().must(204, "DELETE", "/users/ann", nil)
		},
		"a week": func() { s.wait(7 * 24 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			s.admin().must(200, "PUT", "/users/ann", object{"role": "admin", "password": "password of ann"})
			ann := s.signIn("ann", "password of ann")
			ann.must(200, "GET", "/me", nil)
			takeAway()
			ann.must(401, "GET", "/me", nil)
		})
	}
}

func TestAnotherRoleCountsAtOnce(t *testing.T) {
	s := newSite(t)
	s.user("root", "admin")
	ann := s.user("ann", "admin")
	ann.must(200, "GET", "/users", nil)
	s.admin().must(200, "PUT", "/users/ann", object{"role": "operator"})
	ann.must(403, "GET", "/users", nil)
	if got := ann.must(200, "GET", "/me", nil).text; !strings.Contains(got, `"capabilities":["call_rpc","read","operate"]`) {
		t.Errorf("an operator's /me: %s", got)
	}
}

func TestTheLastAdminStays(t *testing.T) {
	s := newSite(t)
	ann := s.user("ann", "admin")
	ann.must(409, "DELETE", "/users/ann", nil)
	ann.must(409, "PUT", "/users/ann", object{"role": "operator"})
	s.user("bob", "admin")
	ann.must(204, "DELETE", "/users/ann", nil)
	s.admin().must(409, "DELETE", "/users/bob", nil)
}

func TestGuessingIsSlow(t *testing.T) {
	s := newSite(t)
	s.user("ann", "admin")
	right, wrong := object{"name": "ann", "password": "password of ann"}, object{"name": "ann", "password": "guess"}
	for range 5 {
		r := s.anybody().must(401, "POST", "/login", wrong)
		unknown := s.anybody().must(401, "POST", "/login", object{"name": "nobody", "password": "guess"})
		if r.text != unknown.text {
			t.Errorf("a wrong password says %s, a wrong name %s", r.text, unknown.text)
		}
	}
	for _, body := range []object{wrong, right} {
		if r := s.anybody().must(429, "POST", "/login", body); r.Header.Get("Retry-After") != "20" {
			t.Errorf("Retry-After: %q", r.Header.Get("Retry-After"))
		}
	}
	s.anybody().with("X-Forwarded-For", "192.0.2.1").must(429, "POST", "/login", right)
	s.user("bob", "operator") // signs in: another name is not held up
	s.wait(20 * time.Second)
	s.anybody().must(200, "POST", "/login", right)
	for range 5 { // counted from the start again
		s.anybody().must(401, "POST", "/login", wrong)
	}
}

func TestOtherSitesCannotUseTheCookie(t *testing.T) {
	s := newSite(t)
	ann := s.user("ann", "admin")
	foreign := ann.with("Sec-Fetch-Site", "cross-site")
	foreign.must(403, "PUT", "/org-params/p", object{"value": "v"})
	ann.with("Origin", "https://evil.example").must(403, "DELETE", "/users/ann", nil)
	foreign.must(403, "POST", "/logout", nil)
	s.anybody().with("Sec-Fetch-Site", "cross-site").must(403, "POST", "/login", object{"name": "ann", "password": "password of ann"})
	foreign.must(200, "GET", "/me", nil)
	ann.with("Sec-Fetch-Site", "same-origin").must(200, "PUT", "/org-params/p", object{"value": "v"})
	s.admin().with("Sec-Fetch-Site", "cross-site").must(200, "PUT", "/org-params/p", object{"value": "v"})
}

func TestTokens(t *testing.T) {
	s := newSite(t)
	made := s.admin().must(201, "POST", "/tokens", object{"name": "gateway", "scopes": []string{"ingest", "read"}, "expires_at": s.now().Add(time.Hour)})
	secret := made.body["token"].(string)
	token := s.token(secret)
	if got := token.must(200, "GET", "/me", nil).text; !strings.Contains(got, `"name":"token:gateway","role":"","scopes":["ingest","read"],"capabilities":["post_uplinks","read"]`) {
		t.Errorf("/me says %s", got)
	}
	list := s.admin().must(200, "GET", "/tokens", nil)
	if strings.Contains(list.text, secret) || len(list.items()) != 1 {
		t.Errorf("the list says %s", list.text)
	}
	// The last use is written behind the request's back.
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(list.text, "last_used_at"); list = s.admin().must(200, "GET", "/tokens", nil) {
		if time.Now().After(deadline) {
			t.Fatal("the last use was never written")
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.wait(time.Hour)
	token.must(401, "GET", "/me", nil)

	lasting := s.admin().must(201, "POST", "/tokens", object{"name": "lasting", "scopes": []string{"read"}})
	s.token(lasting.body["token"].(string)).must(200, "GET", "/me", nil)
	s.admin().must(204, "DELETE", "/tokens/"+lasting.body["id"].(string), nil)
	s.token(lasting.body["token"].(string)).must(401, "GET", "/me", nil)

	for field, body := range map[string]object{
		"body.scopes[0]":  {"name": "n", "scopes": []string{"everything"}},
		"body.scopes":     {"name": "n", "scopes": []string{}},
		"body.name":       {"name": "", "scopes": []string{"read"}},
		"body.expires_at": {"name": "n", "scopes": []string{"read"}, "expires_at": s.now()},
		"body.org":        {"name": "n", "scopes": []string{"read"}, "org": "none"},
	} {
		if got := s.admin().must(422, "POST", "/tokens", body).places(); got != field {
			t.Errorf("%s: bad fields %q", field, got)
		}
	}
	s.anybody().with("Authorization", "Basic abc").must(401, "GET", "/me", nil)
}
