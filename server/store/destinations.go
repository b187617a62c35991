package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/tripline/tripline/runtime/deliver"
)

// Destinations returns how destinations did when that was stored.
func (s *Store) Destinations(ctx context.Context) (states []deliver.DestinationState, err error) {
	err = queryRows(ctx, s.read, "SELECT org, doc FROM destinations", nil, func(scan func(...any) error) error {
		var state deliver.DestinationState
		var doc []byte
		if err := scan(&state.Org, &doc); err != nil {
			return err
		}
		org := state.Org
		if err := json.Unmarshal(doc, &state); err != nil {
			return fmt.Errorf("a stored destination: %w", err)
		}
		state.Org = org
		states = append(states, state)
		return nil
	})
	return states, err
}

// PutDestinations stores how destinations do. Those of an organisation that is gone are left out.
func (s *Store) PutDestinations(ctx context.Context, states ...deliver.DestinationState) error {
	return s.Write(ctx, func(tx *Tx) error {
		for _, state := range states {
			if tx.live(state.Org) != nil {
				continue
			}
			if state.Gone {
				if err := tx.Exec("DELETE FROM destinations WHERE org = ? AND destination = ?", state.Org, state.Route.Destination); err != nil {
					return err
				}
				continue
			}
			doc, err := json.Marshal(state)
			if err != nil {
				return err
			}
			err = tx.Exec("INSERT OR REPLACE INTO destinations (org, destination, doc) VALUES (?, ?, ?)", state.Org, state.Route.Destination, string(doc))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// BudgetUses returns when the requests were made that platforms still count, by the budget's key.
func (s *Store) BudgetUses(ctx context.Context) (map[string][]time.Time, error) {
	out := map[string][]time.Time{}
	err := queryRows(ctx, s.read, "SELECT key, uses FROM budget_uses", nil, func(scan func(...any) error) error {
		var key string
		var text []byte
		if err := scan(&key, &text); err != nil {
			return err
		}
		var uses []int64
		if err := json.Unmarshal(text, &uses); err != nil {
			return fmt.Errorf("stored uses of a budget: %w", err)
		}
		for _, ms := range uses {
			out[key] = append(out[key], fromMillis(ms))
		}
		return nil
	})
	return out, err
}

// PutBudgetUses stores the uses of a budget. When it returns they are on disk.
func (s *Store) PutBudgetUses(ctx context.Context, key string, uses []time.Time) error {
	ms := make([]int64, len(uses))
	for i, t := range uses {
		ms[i] = dueMillis(t)
	}
	text, err := json.Marshal(ms)
	if err != nil {
		return err
	}
	return s.Write(ctx, func(tx *Tx) error {
		return tx.Exec("INSERT OR REPLACE INTO budget_uses (key, uses, at) VALUES (?, ?, ?)", key, string(text), millis(s.now()))
	})
}

// BudgetLimit returns an organisation's own limit in place of the platform's, and whether it has one.
func (s *Store) BudgetLimit(org, name string) (limit int, own bool) {
	t, err := s.tenants.get(org)
	if err != nil {
		return 0, false
	}
	limit, own = t.org.Budgets[name]
	return limit, own
}

// AppToken returns the access token of a platform's app and until when it is good, "" when there is none.
func (s *Store) AppToken(ctx context.Context, org, app string) (token string, until time.Time, err error) {
	var sealed []byte
	var ms int64
	err = queryRow(ctx, s.read, "SELECT token, until FROM app_tokens WHERE org = ? AND app = ? AND until > ?", []any{org, app, millis(s.now())}, &sealed, &ms)
	if errors.Is(err, ErrNotFound) {
		return "", time.Time{}, nil
	}
	if err != nil {
		return "", time.Time{}, err
	}
	text, err := s.keys.Open(org, "token/"+app, sealed)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("open an access token: %w", err)
	}
	return string(text), fromMillis(ms), nil
}

// PutAppToken stores an access token, sealed; "" takes it away.
func (s *Store) PutAppToken(ctx context.Context, org, app, token string, until time.Time) error {
	if token == "" {
		return s.Write(ctx, func(tx *Tx) error {
			return tx.Exec("DELETE FROM app_tokens WHERE org = ? AND app = ?", org, app)
		})
	}
	sealed, err := s.keys.Seal(org, "token/"+app, []byte(token))
	if err != nil {
		return fmt.Errorf("seal an access token: %w", err)
	}
	return s.Write(ctx, func(tx *Tx) error {
		if err := tx.live(org); err != nil {
			return err
		}
		return tx.Exec("INSERT OR REPLACE INTO app_tokens (org, app, token, until) VALUES (?, ?, ?, ?)", org, app, sealed, millis(until))
	})
}
