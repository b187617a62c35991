package store

import (
	"context"
	"errors"

	"github.com/tripline/tripline/runtime/secret"
)

var errNoKeyring = errors.New("the store was opened without a keyring, and an organisation needs one")

// loadKeys gives the keyring every data key, and then reads what is kept in memory of every organisation.
func (s *Store) loadKeys(ctx context.Context) error {
	keys, err := dataKeys(s.reader(ctx))
	if err != nil {
		return err
	}
	if len(keys) > 0 && s.keys == nil {
		return errNoKeyring
	}
	for _, key := range keys {
		if err := s.keys.Add(key); err != nil {
			return err
		}
	}
	return s.loadTenants(ctx)
}

func dataKeys(query queryFunc) ([]secret.DataKey, error) {
	var keys []secret.DataKey
	// The kid is a UUIDv7: the newest key of an organisation comes last and is the one that seals.
	err := query("SELECT org, kid, master, wrapped FROM data_keys ORDER BY org, kid", nil, func(scan func(...any) error) error {
		var d secret.DataKey
		if err := scan(&d.Org, &d.KID, &d.Master, &d.Wrapped); err != nil {
			return err
		}
		keys = append(keys, d)
		return nil
	})
	return keys, err
}

// newDataKey makes a key for an organisation that is being made. It seals at once, and is worth nothing
// when the transaction fails.
func (tx *Tx) newDataKey(org string) error {
	keys := tx.store.keys
	if keys == nil {
		return errNoKeyring
	}
	d, err := keys.NewDataKey(org)
	if err != nil {
		return err
	}
	err = tx.Exec("INSERT INTO data_keys (org, kid, master, wrapped, created_at) VALUES (?, ?, ?, ?, ?)",
		d.Org, d.KID, d.Master, d.Wrapped, millis(tx.store.now()))
	if err != nil {
		return err
	}
	return keys.Add(d)
}

// Rekey wraps every data key with next, and seals with it from then on. No sealed value changes.
func (s *Store) Rekey(ctx context.Context, next secret.MasterKey) error {
	if s.keys == nil {
		return errNoKeyring
	}
	return s.Write(ctx, func(tx *Tx) error {
		keys, err := s.keys.Rewrap(next)
		if err != nil {
			return err
		}
		for _, d := range keys {
			err := tx.Exec("UPDATE data_keys SET master = ?, wrapped = ? WHERE org = ? AND kid = ?", d.Master, d.Wrapped, d.Org, d.KID)
			if err != nil {
				return err
			}
		}
		tx.OnCommit(func() { s.keys.Adopt(next) })
		return nil
	})
}
