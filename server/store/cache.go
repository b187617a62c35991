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

// What a script may have in its cache: a key that is made anew at every run would fill the disk.
const (
	cacheKeys  = 1000
	cacheBytes = 4 << 20
)

// trimCache keeps the value that was just stored and, of a script's other ones, those that last longest.
const trimCache = `DELETE FROM script_cache WHERE rowid IN (
	SELECT rowid FROM (
		SELECT rowid, row_number() OVER kept AS keys, sum(length(value)) OVER kept AS bytes
		FROM script_cache WHERE org = ? AND script = ?
		WINDOW kept AS (ORDER BY key = ? DESC, expires_at DESC, rowid DESC ROWS UNBOUNDED PRECEDING)
	) WHERE keys > ? OR bytes > ?)`

// PutCacheValue stores what a script caches, until expires. When the script has too much in its cache, what
// expires first makes room.
func (s *Store) PutCacheValue(ctx context.Context, org, script, key string, value json.RawMessage, expires time.Time) error {
	sealed, err := s.keys.Seal(org, cacheName(script, key), value)
	if err != nil {
		return fmt.Errorf("seal a cached value of %s: %w", script, err)
	}
	return s.Write(ctx, func(tx *Tx) error {
		err := tx.Exec("INSERT OR REPLACE INTO script_cache (org, script, key, value, expires_at) VALUES (?, ?, ?, ?, ?)",
			org, script, key, sealed, millis(expires))
		if err != nil {
			return err
		}
		return tx.Exec(trimCache, org, script, key, cacheKeys, cacheBytes)
	})
}

func cacheName(script, key string) string { return "cache/" + script + "/" + key }
