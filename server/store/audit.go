package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/tripline/tripline/server/audit"
)

// Audit records a change in the transaction that makes it. Before and after are what the thing was and
// became, nil where there is nothing to show; they must carry no secret, and org params are masked in
// them all the same.
func (tx *Tx) Audit(org, actor, action, target string, before, after any) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	was, err := tx.auditText(org, before)
	if err != nil {
		return fmt.Errorf("audit %s: %w", action, err)
	}
	is, err := tx.auditText(org, after)
	if err != nil {
		return fmt.Errorf("audit %s: %w", action, err)
	}
	return tx.Exec("INSERT INTO audit (id, org, time, actor, action, target, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		id.String(), org, millis(tx.store.now()), actor, action, target, was, is)
}

func (tx *Tx) auditText(org string, v any) (sql.NullString, error) {
	if v == nil {
		return sql.NullString{}, nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		return sql.NullString{}, err
	}
	t, _ := tx.store.tenants.get(org) // an organisation that is being made has no secrets yet
	return sql.NullString{String: string(t.params.Redactor().JSON(text)), Valid: true}, nil
}

// AuditLog lists an organisation's changes, newest first, from before cursor (0: the newest), of those
// that have search in their actor, action or target. The cursor of the next page is 0 after the last one.
func (s *Store) AuditLog(ctx context.Context, org, search string, cursor int64, limit int) (entries []audit.Entry, next int64, err error) {
	return s.auditEntries(ctx, limit, `(? = '' OR instr(lower(actor || ' ' || action || ' ' || target), lower(?)) > 0)`, org, cursor, search, search)
}

// AuditOf lists what was done to one thing, as AuditLog does: kind is the beginning of the action's name.
func (s *Store) AuditOf(ctx context.Context, org, kind, target string, cursor int64, limit int) (entries []audit.Entry, next int64, err error) {
	return s.auditEntries(ctx, limit, "target = ? AND action LIKE ? || '.%'", org, cursor, target, kind)
}

// auditEntries lists entries for which the condition holds; its arguments come behind org and cursor.
func (s *Store) auditEntries(ctx context.Context, limit int, condition, org string, cursor int64, args ...any) (entries []audit.Entry, next int64, err error) {
	entries = []audit.Entry{}
	var last int64
	query := `SELECT seq, id, time, actor, action, target, before, after FROM audit WHERE org = ? AND (? = 0 OR seq < ?) AND ` + condition + ` ORDER BY seq DESC LIMIT ?`
	args = append(append([]any{org, cursor, cursor}, args...), limit+1)
	err = queryRows(ctx, s.read, query, args, func(scan func(...any) error) error {
		var e audit.Entry
		var seq, at int64
		var before, after sql.NullString
		if err := scan(&seq, &e.ID, &at, &e.Actor, &e.Action, &e.Target, &before, &after); err != nil {
			return err
		}
		if len(entries) == limit {
			next = last
			return nil
		}
		e.Time, e.Before, e.After = fromMillis(at), raw(before), raw(after)
		entries, last = append(entries, e), seq
		return nil
	})
	return entries, next, err
}

func raw(text sql.NullString) json.RawMessage {
	if !text.Valid {
		return nil
	}
	return json.RawMessage(text.String)
}
