package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime/secret"
)

// supersededFor is how long a former value is still masked: longer than any queued action lives.
const supersededFor = 7 * 24 * time.Hour

// OrgParams returns an organisation's parameters from memory, or ErrNotFound when there is no such
// organisation. A change is in what the next call returns.
func (s *Store) OrgParams(_ context.Context, org string) (*orgparams.Set, error) {
	t, err := s.tenants.get(org)
	return t.params, err
}

// Redactor masks the secrets of all organisations: for the process's own log.
func (s *Store) Redactor() *secret.Redactor {
	all := s.tenants.byCode.Load()
	if all == nil {
		return nil
	}
	if cached := s.everyone.Load(); cached != nil && cached.of == all {
		return cached.redactor
	}
	var sets []*orgparams.Set
	for _, t := range *all {
		sets = append(sets, t.params)
	}
	next := &everyone{of: all, redactor: orgparams.RedactorOf(sets...)}
	s.everyone.Store(next)
	return next.redactor
}

// everyone is the Redactor of all organisations as of one state of them.
type everyone struct {
	of       *map[string]tenant
	redactor *secret.Redactor
}

func paramName(key string) string { return "org_params/" + key }

// OrgParam returns a parameter with its value as the transaction sees it, or ErrNotFound.
func (tx *Tx) OrgParam(org, key string) (orgparams.Param, error) {
	var out *orgparams.Param
	err := tx.store.eachParam(tx.Query, "org = ? AND key = ?", []any{org, key}, func(p orgparams.Param) { out = &p })
	if err == nil && out == nil {
		err = ErrNotFound
	}
	if err != nil {
		return orgparams.Param{}, err
	}
	return *out, nil
}

// PutOrgParam stores p, sealed. The store sets UpdatedAt, and RotatedAt when the value is another.
func (tx *Tx) PutOrgParam(org string, p orgparams.Param) error {
	now := fromMillis(millis(tx.store.now()))
	old, err := tx.OrgParam(org, p.Key)
	switch {
	case errors.Is(err, ErrNotFound):
		p.RotatedAt = now
	case err != nil:
		return err
	case old.Value == p.Value:
		p.RotatedAt = old.RotatedAt
	default:
		p.RotatedAt = now
		if err := tx.supersede(org, old); err != nil {
			return err
		}
	}
	sealed, err := tx.store.keys.Seal(org, paramName(p.Key), []byte(p.Value))
	if err != nil {
		return err
	}
	scripts, err := jsonList(p.Scripts)
	if err != nil {
		return err
	}
	hosts, err := jsonList(p.Hosts)
	if err != nil {
		return err
	}
	err = tx.Exec(`INSERT INTO org_params (org, key, sealed, remark, secret, scripts, hosts, rotate_days, rotated_at, updated_at, updated_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (org, key) DO UPDATE SET sealed = excluded.sealed, remark = excluded.remark,
		secret = excluded.secret, scripts = excluded.scripts, hosts = excluded.hosts, rotate_days = excluded.rotate_days,
		rotated_at = excluded.rotated_at, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
		org, p.Key, sealed, p.Remark, p.Secret, scripts, hosts, p.RotateDays, millis(p.RotatedAt), millis(now), p.UpdatedBy)
	if err != nil {
		return err
	}
	return tx.replaceParams(org)
}

// DeleteOrgParam removes a parameter, or returns ErrNotFound.
func (tx *Tx) DeleteOrgParam(org, key string) error {
	old, err := tx.OrgParam(org, key)
	if err != nil {
		return err
	}
	if err := tx.supersede(org, old); err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM org_params WHERE org = ? AND key = ?", org, key); err != nil {
		return err
	}
	return tx.replaceParams(org)
}

// supersede keeps the value that is about to go for masking.
func (tx *Tx) supersede(org string, old orgparams.Param) error {
	if !old.Secret {
		return nil
	}
	sealed, err := tx.store.keys.Seal(org, paramName(old.Key), []byte(old.Value))
	if err != nil {
		return err
	}
	return tx.Exec("INSERT INTO org_params_superseded (org, key, sealed, until) VALUES (?, ?, ?, ?)",
		org, old.Key, sealed, millis(tx.store.now().Add(supersededFor)))
}

// replaceParams has the next run see what the transaction wrote, when that is on disk.
func (tx *Tx) replaceParams(org string) error {
	set, err := tx.store.loadParams(tx.Query, org)
	if err != nil {
		return err
	}
	tx.OnCommit(func() {
		tx.store.tenants.change(org, func(t tenant) (tenant, bool) {
			t.params = set
			return t, t.org.Code != ""
		})
	})
	return nil
}

func (s *Store) loadParams(query queryFunc, org string) (*orgparams.Set, error) {
	var params []orgparams.Param
	err := s.eachParam(query, "org = ?", []any{org}, func(p orgparams.Param) { params = append(params, p) })
	if err != nil {
		return nil, err
	}
	var superseded []string
	err = query("SELECT key, sealed FROM org_params_superseded WHERE org = ? AND until > ?", []any{org, millis(s.now())},
		func(scan func(...any) error) error {
			var key string
			var sealed []byte
			if err := scan(&key, &sealed); err != nil {
				return err
			}
			value, err := s.keys.Open(org, paramName(key), sealed)
			superseded = append(superseded, string(value))
			return err
		})
	if err != nil {
		return nil, err
	}
	services, err := s.loadServices(query, org)
	if err != nil {
		return nil, err
	}
	for _, service := range services {
		superseded = append(superseded, s.secretsOf(service)...)
	}
	return orgparams.NewSet(params, superseded), nil
}

func (s *Store) eachParam(query queryFunc, where string, args []any, each func(orgparams.Param)) error {
	columns := "SELECT org, key, sealed, remark, secret, scripts, hosts, rotate_days, rotated_at, updated_at, updated_by FROM org_params WHERE "
	return query(columns+where, args, func(scan func(...any) error) error {
		var p orgparams.Param
		var org string
		var sealed, scripts, hosts []byte
		var rotated, updated int64
		err := scan(&org, &p.Key, &sealed, &p.Remark, &p.Secret, &scripts, &hosts, &p.RotateDays, &rotated, &updated, &p.UpdatedBy)
		if err != nil {
			return err
		}
		value, err := s.keys.Open(org, paramName(p.Key), sealed)
		if err != nil {
			return fmt.Errorf("org param %s: %w", p.Key, err)
		}
		p.Value = string(value)
		p.RotatedAt, p.UpdatedAt = fromMillis(rotated), fromMillis(updated)
		if err := errors.Join(json.Unmarshal(scripts, &p.Scripts), json.Unmarshal(hosts, &p.Hosts)); err != nil {
			return err
		}
		each(p)
		return nil
	})
}

func jsonList(list []string) (string, error) {
	text, err := json.Marshal(append([]string{}, slices.Clip(list)...))
	return string(text), err
}
