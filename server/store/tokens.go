package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/tripline/tripline/server/auth"
)

// Token is an API token as it is known after it was shown once.
type Token struct {
	ID         string    `json:"id"`
	Org        string    `json:"org"`
	Name       string    `json:"name"`
	Scopes     []string  `json:"scopes"`
	CreatedAt  time.Time `json:"created_at"`
	CreatedBy  string    `json:"created_by"`
	ExpiresAt  time.Time `json:"expires_at,omitzero"`   // absent: never
	LastUsedAt time.Time `json:"last_used_at,omitzero"` // to the minute
}

const tokenColumns = "SELECT seq, id, org, name, scopes, created_at, created_by, expires_at, last_used_at FROM tokens"

func scanToken(scan func(...any) error) (seq int64, t Token, err error) {
	var scopes []byte
	var created, expires, used int64
	if err := scan(&seq, &t.ID, &t.Org, &t.Name, &scopes, &created, &t.CreatedBy, &expires, &used); err != nil {
		return 0, Token{}, err
	}
	t.CreatedAt, t.ExpiresAt, t.LastUsedAt = fromMillis(created), fromMillis(expires), fromMillis(used)
	return seq, t, json.Unmarshal(scopes, &t.Scopes)
}

// AddToken stores a new token by its hash and returns it with its ID and CreatedAt.
func (tx *Tx) AddToken(t Token, hash auth.Hash) (Token, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return Token{}, err
	}
	scopes, err := jsonList(t.Scopes)
	if err != nil {
		return Token{}, err
	}
	t.ID, t.CreatedAt = id.String(), fromMillis(millis(tx.store.now()))
	return t, tx.Exec(`INSERT INTO tokens (id, hash, org, name, scopes, created_at, created_by, expires_at, last_used_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)`,
		t.ID, hash[:], t.Org, t.Name, scopes, millis(t.CreatedAt), t.CreatedBy, millis(t.ExpiresAt))
}

// DeleteToken ends a token at once and returns what it was, or ErrNotFound.
func (tx *Tx) DeleteToken(org, id string) (Token, error) {
	var found *Token
	err := tx.Query(tokenColumns+" WHERE org = ? AND id = ?", []any{org, id}, func(scan func(...any) error) error {
		_, t, err := scanToken(scan)
		found = &t
		return err
	})
	if err == nil && found == nil {
		err = ErrNotFound
	}
	if err != nil {
		return Token{}, err
	}
	tx.OnCommit(tx.store.principals.clear)
	return *found, tx.Exec("DELETE FROM tokens WHERE id = ?", id)
}

// Tokens lists an organisation's tokens, newest first, from before cursor (0: the newest). The cursor
// of the next page is 0 after the last one.
func (s *Store) Tokens(ctx context.Context, org string, cursor int64, limit int) (tokens []Token, next int64, err error) {
	tokens = []Token{}
	var last int64
	err = queryRows(ctx, s.read, tokenColumns+" WHERE org = ? AND (? = 0 OR seq < ?) ORDER BY seq DESC LIMIT ?",
		[]any{org, cursor, cursor, limit + 1}, func(scan func(...any) error) error {
			seq, t, err := scanToken(scan)
			if err != nil {
				return err
			}
			if len(tokens) == limit {
				next = last
				return nil
			}
			tokens, last = append(tokens, t), seq
			return nil
		})
	return tokens, next, err
}
