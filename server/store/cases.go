package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/tripline/tripline/runtime"
)

// ScriptCase is a saved case of a script.
type ScriptCase struct {
	Name      string
	Doc       json.RawMessage // in the form of a case file
	UpdatedAt time.Time
	UpdatedBy string
}

// ScriptCases lists the cases of a script by name.
func (s *Store) ScriptCases(ctx context.Context, org string, kind runtime.Kind, script string) ([]ScriptCase, error) {
	cases := []ScriptCase{}
	err := queryRows(ctx, s.read, "SELECT name, doc, updated_at, updated_by FROM script_cases WHERE org = ? AND kind = ? AND script = ? ORDER BY name",
		[]any{org, kind, script}, func(scan func(...any) error) error {
			var c ScriptCase
			var at int64
			err := scan(&c.Name, (*[]byte)(&c.Doc), &at, &c.UpdatedBy)
			c.UpdatedAt = fromMillis(at)
			cases = append(cases, c)
			return err
		})
	return cases, err
}

// CountScriptCases is how many cases a script has.
func (tx *Tx) CountScriptCases(org string, kind runtime.Kind, script string) (n int, err error) {
	err = tx.QueryRow("SELECT count(*) FROM script_cases WHERE org = ? AND kind = ? AND script = ?", []any{org, kind, script}, &n)
	return n, err
}

// PutScriptCase stores a case in place of the one of the same name. The store sets UpdatedAt.
func (tx *Tx) PutScriptCase(org string, kind runtime.Kind, script string, c *ScriptCase) error {
	c.UpdatedAt = fromMillis(millis(tx.store.now()))
	return tx.Exec(`INSERT INTO script_cases (org, kind, script, name, doc, updated_at, updated_by) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (org, kind, script, name) DO UPDATE SET doc = excluded.doc, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
		org, kind, script, c.Name, []byte(c.Doc), millis(c.UpdatedAt), c.UpdatedBy)
}

// DeleteScriptCase removes a case, or returns ErrNotFound.
func (tx *Tx) DeleteScriptCase(org string, kind runtime.Kind, script, name string) error {
	n, err := tx.ExecCount("DELETE FROM script_cases WHERE org = ? AND kind = ? AND script = ? AND name = ?", org, kind, script, name)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return err
}
