package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// CacheValue returns what a script cached under key, or nil when there is nothing that has not expired.
func (s *Store) CacheValue(ctx context.Context, org, script, key string) (json.RawMessage, error) {
	var sealed []byte
	err := queryRow(ctx, s.read, "SELECT value FROM script_cache WHERE org = ? AND script = ? AND key = ? AND expires_at > ?",
		[]any{org, script, key, millis(s.now())}, &sealed)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	value, err := s.keys.Open(org, cacheName(script, key), sealed)
	if err != nil {
		return nil, fmt.Errorf("open a cached value of %s: %w", script, err)
	}
	return value, nil
}

// PutCacheValue stores what a script caches, until expires.
func (s *Store) PutCacheValue(ctx context.Context, org, script, key string, value json.RawMessage, expires time.Time) error {
	sealed, err := s.keys.Seal(org, cacheName(script, key), value)
	if err != nil {
		return fmt.Errorf("seal a cached value of %s: %w", script, err)
	}
	return s.Write(ctx, func(tx *Tx) error {
		return tx.Exec("INSERT OR REPLACE INTO script_cache (org, script, key, value, expires_at) VALUES (?, ?, ?, ?, ?)",
			org, script, key, sealed, millis(expires))
	})
}

func cacheName(script, key string) string { return "cache/" + script + "/" + key }
