package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tripline/tripline/server/auth"
)

// cachedPrincipals bounds the credentials that are kept in memory.
const cachedPrincipals = 10_000

// lastUsedEvery is how exact a token's last use is known: not every request writes.
const lastUsedEvery = time.Minute

// credential is a token or a session's cookie; one never passes for the other.
type credential struct {
	hash    auth.Hash
	session bool
}

// known is a credential that was found in the database.
type known struct {
	principal auth.Principal
	tokenID   string       // "" for a session
	expires   time.Time    // zero: never
	lastUsed  atomic.Int64 // when the use was last written, in ms
}

// principals remembers who is behind a credential. Whatever takes a right away clears it.
type principals struct {
	mu    sync.RWMutex
	found map[credential]*known
	// cleared counts clear: what was read before one must not be remembered after it.
	cleared int
}

func (p *principals) get(c credential) (entry *known, cleared int) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.found[c], p.cleared
}

func (p *principals) add(c credential, entry *known, cleared int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cleared != cleared {
		return
	}
	if p.found == nil || len(p.found) >= cachedPrincipals {
		p.found = map[credential]*known{}
	}
	p.found[c] = entry
}

func (p *principals) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found, p.cleared = nil, p.cleared+1
}

// TokenPrincipal returns who an API token speaks for, or ErrNotFound when it is unknown or has expired.
func (s *Store) TokenPrincipal(ctx context.Context, hash auth.Hash) (auth.Principal, error) {
	return s.principal(ctx, credential{hash: hash})
}

// SessionPrincipal returns who is signed in with a cookie, or ErrNotFound when the session is over.
func (s *Store) SessionPrincipal(ctx context.Context, hash auth.Hash) (auth.Principal, error) {
	return s.principal(ctx, credential{hash: hash, session: true})
}

func (s *Store) principal(ctx context.Context, c credential) (auth.Principal, error) {
	entry, cleared := s.principals.get(c)
	if entry == nil {
		var err error
		if c.session {
			entry, err = s.findSession(ctx, c.hash)
		} else {
			entry, err = s.findToken(ctx, c.hash)
		}
		if err != nil {
			return auth.Principal{}, err
		}
		s.principals.add(c, entry, cleared)
	}
	now := s.now()
	if !entry.expires.IsZero() && !now.Before(entry.expires) {
		return auth.Principal{}, ErrNotFound
	}
	s.noteUse(entry, now)
	return entry.principal, nil
}

// noteUse writes the token's last use, behind the request's back and once a minute at most.
func (s *Store) noteUse(entry *known, now time.Time) {
	last := entry.lastUsed.Load()
	if entry.tokenID == "" || now.UnixMilli()-last < lastUsedEvery.Milliseconds() || !entry.lastUsed.CompareAndSwap(last, now.UnixMilli()) {
		return
	}
	go func() {
		err := s.Write(context.Background(), func(tx *Tx) error {
			return tx.Exec("UPDATE tokens SET last_used_at = ? WHERE id = ?", millis(now), entry.tokenID)
		})
		if err != nil && !errors.Is(err, ErrClosed) {
			entry.lastUsed.Store(last) // the next request tries again
		}
	}()
}

func (s *Store) findSession(ctx context.Context, hash auth.Hash) (*known, error) {
	entry := &known{}
	var expires int64
	err := queryRow(ctx, s.read, `SELECT u.org, u.name, u.role, s.expires_at FROM sessions s
		JOIN users u ON u.org = s.org AND u.name = s.user WHERE s.hash = ?`, []any{hash[:]},
		&entry.principal.Org, &entry.principal.Name, &entry.principal.Role, &expires)
	entry.expires = fromMillis(expires)
	return entry, err
}

func (s *Store) findToken(ctx context.Context, hash auth.Hash) (*known, error) {
	entry := &known{}
	var found *Token
	err := queryRows(ctx, s.read, tokenColumns+" WHERE hash = ?", []any{hash[:]}, func(scan func(...any) error) error {
		_, t, err := scanToken(scan)
		found = &t
		return err
	})
	if err == nil && found == nil {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	entry.principal = auth.Principal{Org: found.Org, Name: "token:" + found.Name, Scopes: found.Scopes}
	entry.tokenID, entry.expires = found.ID, found.ExpiresAt
	entry.lastUsed.Store(millis(found.LastUsedAt))
	return entry, nil
}
