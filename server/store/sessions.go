package store

import (
	"context"
	"crypto/subtle"
	"sync/atomic"
	"time"

	"github.com/tripline/tripline/server/auth"
)

// SessionLife is how long a sign-in lasts.
const SessionLife = 7 * 24 * time.Hour

// StartSession signs a user in until SessionLife has passed.
func (tx *Tx) StartSession(org, user string, hash auth.Hash) error {
	now := tx.store.now()
	return tx.Exec("INSERT INTO sessions (hash, org, user, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
		hash[:], org, user, millis(now), millis(now.Add(SessionLife)))
}

// EndSession signs out. Ending a session that is over is no error.
func (tx *Tx) EndSession(hash auth.Hash) error {
	tx.OnCommit(tx.store.principals.clear)
	return tx.Exec("DELETE FROM sessions WHERE hash = ?", hash[:])
}

// PurgeAccess deletes sessions that are over and former values that need no masking any more.
func (s *Store) PurgeAccess(ctx context.Context) error {
	return s.Write(ctx, func(tx *Tx) error {
		now := millis(s.now())
		if err := tx.Exec("DELETE FROM sessions WHERE expires_at <= ?", now); err != nil {
			return err
		}
		return tx.Exec("DELETE FROM org_params_superseded WHERE until <= ?", now)
	})
}

// setup holds the hash of the one-time token for setting the first admin's password. It lives as long
// as the process: the next start prints another.
type setup struct{ token atomic.Pointer[auth.Hash] }

func (s *Store) newSetupToken() string {
	token := auth.NewSession()
	hash := auth.HashOf(token)
	s.setup.token.Store(&hash)
	return token
}

// IsSetupToken reports whether token is the one that Bootstrap returned last and was not used.
func (s *Store) IsSetupToken(token string) bool {
	want, got := s.setup.token.Load(), auth.HashOf(token)
	return want != nil && subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// UseSetupToken makes the setup token worthless when the transaction is on disk.
func (tx *Tx) UseSetupToken() { tx.OnCommit(func() { tx.store.setup.token.Store(nil) }) }
