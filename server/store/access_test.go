package store_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// opened is a store that the test's end closes, if the test did not.
type opened struct {
	*store.Store
	close func() error
}

func open(t *testing.T, dir string, master secret.MasterKey, c *clock) opened {
	t.Helper()
	s, err := store.Open(t.Context(), dir, store.Options{Keys: secret.NewKeyring(master), Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	o := opened{s, sync.OnceValue(s.Close)}
	t.Cleanup(func() {
		if err := o.close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Bootstrap(t.Context()); err != nil {
		t.Fatal(err)
	}
	return o
}

func put(t *testing.T, s opened, p orgparams.Param) {
	t.Helper()
	if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.PutOrgParam(auth.DefaultOrg, p) }); err != nil {
		t.Fatal(err)
	}
}

func set(t *testing.T, s opened) *orgparams.Set {
	t.Helper()
	params, err := s.OrgParams(t.Context(), auth.DefaultOrg)
	if err != nil {
		t.Fatal(err)
	}
	return params
}

func TestParamsSurviveARestartAndARekey(t *testing.T) {
	dir, c := t.TempDir(), &clock{now: time.Unix(1_700_000_000, 0)}
	first, second := secret.NewMasterKey(), secret.NewMasterKey()
	s := open(t, dir, first, c)
	put(t, s, orgparams.Param{Key: "a", Value: "value-of-a", Secret: true, Scripts: []string{"x*"}, Hosts: []string{"h.example"}, RotateDays: 3, Remark: "r", UpdatedBy: "ann"})
	if err := s.Rekey(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	put(t, s, orgparams.Param{Key: "b", Value: "value-of-b"})
	if err := s.close(); err != nil {
		t.Fatal(err)
	}

	_, err := store.Open(t.Context(), dir, store.Options{Keys: secret.NewKeyring(first), Now: c.Now})
	if !errors.Is(err, secret.ErrWrongMasterKey) || !strings.Contains(err.Error(), second.ID()) {
		t.Fatalf("with the old master key: %v", err)
	}
	if _, err := store.Open(t.Context(), dir, store.Options{Now: c.Now}); err == nil {
		t.Fatal("opened without a keyring")
	}
	s = open(t, dir, second, c)
	if got := string(set(t, s).ForScript("x1")); got != `{"a":"value-of-a","b":"value-of-b"}` {
		t.Errorf("after the restart: %s", got)
	}
	p, _ := set(t, s).Param("a")
	if p.Remark != "r" || p.RotateDays != 3 || p.UpdatedBy != "ann" || !p.Secret || len(p.Hosts) != 1 || !p.RotatedAt.Equal(c.Now()) {
		t.Errorf("after the restart: %+v", p)
	}
}

func TestFormerValuesAreMaskedForAWeek(t *testing.T) {
	dir, c, master := t.TempDir(), &clock{now: time.Unix(1_700_000_000, 0)}, secret.NewMasterKey()
	s := open(t, dir, master, c)
	put(t, s, orgparams.Param{Key: "a", Value: "former-value", Secret: true})
	put(t, s, orgparams.Param{Key: "a", Value: "current-value", Secret: true})
	put(t, s, orgparams.Param{Key: "gone", Value: "deleted-value", Secret: true})
	if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.DeleteOrgParam(auth.DefaultOrg, "gone") }); err != nil {
		t.Fatal(err)
	}
	const text = "former-value current-value deleted-value"
	if got := set(t, s).Redactor().String(text); got != "••• ••• •••" {
		t.Error(got)
	}
	c.move(6 * 24 * time.Hour)
	if err := errors.Join(s.PurgeAccess(t.Context()), s.close()); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, master, c)
	if got := set(t, s).Redactor().String(text); got != "••• ••• •••" {
		t.Errorf("after six days: %s", got)
	}
	c.move(2 * 24 * time.Hour)
	if err := errors.Join(s.PurgeAccess(t.Context()), s.close()); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, master, c)
	if got := set(t, s).Redactor().String(text); got != "former-value ••• deleted-value" {
		t.Errorf("after eight days: %s", got)
	}
}

func TestRedactorOfAllOrganisationsFollowsChanges(t *testing.T) {
	s := open(t, t.TempDir(), secret.NewMasterKey(), &clock{now: time.Unix(1_700_000_000, 0)})
	if got := s.Redactor().String("value-of-a"); got != "value-of-a" {
		t.Error(got)
	}
	put(t, s, orgparams.Param{Key: "a", Value: "value-of-a", Secret: true})
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.PutOrg(store.Org{Code: "b", Name: "B"}); err != nil {
			return err
		}
		return tx.PutOrgParam("b", orgparams.Param{Key: "a", Value: "value-of-b", Secret: true})
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Redactor().String("value-of-a value-of-b"); got != "••• •••" {
		t.Error(got)
	}
}

func TestAFailedTransactionLeavesParamsAlone(t *testing.T) {
	s := open(t, t.TempDir(), secret.NewMasterKey(), &clock{now: time.Unix(1_700_000_000, 0)})
	put(t, s, orgparams.Param{Key: "a", Value: "value-of-a"})
	boom := errors.New("boom")
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.PutOrgParam(auth.DefaultOrg, orgparams.Param{Key: "a", Value: "other"}); err != nil {
			return err
		}
		if err := tx.PutOrg(store.Org{Code: "b", Name: "B"}); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if got := string(set(t, s).ForScript("x")); got != `{"a":"value-of-a"}` {
		t.Error(got)
	}
	if _, err := s.Org(t.Context(), "b"); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
}

func TestTokenLookupIsCachedUntilRightsChange(t *testing.T) {
	s := open(t, t.TempDir(), secret.NewMasterKey(), &clock{now: time.Unix(1_700_000_000, 0)})
	hash := auth.HashOf("token")
	var made store.Token
	err := s.Write(t.Context(), func(tx *store.Tx) (err error) {
		made, err = tx.AddToken(store.Token{Org: auth.DefaultOrg, Name: "t", Scopes: []string{auth.ScopeRead}}, hash)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if p, err := s.TokenPrincipal(t.Context(), hash); err != nil || p.Name != "token:t" {
			t.Fatal(p, err)
		}
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = s.TokenPrincipal(t.Context(), hash) }); n > 0 {
		t.Errorf("%v allocations for a known token: it was looked up again", n)
	}
	if _, err := s.SessionPrincipal(t.Context(), hash); !errors.Is(err, store.ErrNotFound) {
		t.Error("a token passed for a session")
	}
	err = s.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.DeleteToken(auth.DefaultOrg, made.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.TokenPrincipal(t.Context(), hash); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after deleting: %v", err)
	}
}
