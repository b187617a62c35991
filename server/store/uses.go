package store

import (
	"context"
	"encoding/json"
	"maps"
	"sync"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/dispatch"
)

// ScriptUse is when a script last ran, and how it last failed.
type ScriptUse struct {
	LastUsed  time.Time  `json:"last_used"`
	LastError *LastError `json:"last_error,omitempty"`
}

// LastError is the latest run of a script that failed.
type LastError struct {
	At          time.Time    `json:"at"`
	ExecutionID string       `json:"execution_id"`
	Version     int          `json:"version,omitempty"` // 0: of the library
	Code        runtime.Code `json:"code"`
	Message     string       `json:"message"`
	Line        int          `json:"line,omitempty"`
}

// uses are kept in memory and written by SaveUses: a run costs no row. A crash loses what was not
// written, which the next run of the script mends.
type uses struct {
	mu    sync.Mutex
	byOrg map[string]map[ScriptKey]ScriptUse
	dirty map[string]map[ScriptKey]bool
}

// Used takes note of the runs of an execution; it may be told the same run again.
func (s *Store) Used(e *dispatch.Execution) {
	s.uses.mu.Lock()
	defer s.uses.mu.Unlock()
	for i := range e.Runs {
		s.uses.note(e, &e.Runs[i])
	}
}

// unknown reports whether the script of a run does not exist, or was not looked for. Its name is then whatever
// the caller wrote: there is no script that the run could be a use of, and no end of such names.
func unknown(r *dispatch.Run) bool {
	return r.Script == "" || r.Error != nil && (r.Error.Code == dispatch.CodeNoMethod || r.Error.Code == dispatch.CodeNoDevice)
}

func (u *uses) note(e *dispatch.Execution, r *dispatch.Run) {
	if unknown(r) {
		return
	}
	key := ScriptKey{r.Kind, r.Script}
	use := u.byOrg[e.Org][key]
	failed := r.Error != nil && (use.LastError == nil || r.StartedAt.After(use.LastError.At))
	if !failed && !r.StartedAt.After(use.LastUsed) {
		return
	}
	if r.StartedAt.After(use.LastUsed) {
		use.LastUsed = r.StartedAt
	}
	if failed {
		use.LastError = &LastError{At: r.StartedAt, ExecutionID: e.ID, Version: r.Version, Code: r.Error.Code, Message: r.Error.Message, Line: r.Error.Line}
	}
	u.set(e.Org, key, use)
	if u.dirty[e.Org] == nil {
		u.dirty[e.Org] = map[ScriptKey]bool{}
	}
	u.dirty[e.Org][key] = true
}

func (u *uses) set(org string, key ScriptKey, use ScriptUse) {
	if u.byOrg[org] == nil {
		u.byOrg[org] = map[ScriptKey]ScriptUse{}
	}
	u.byOrg[org][key] = use
}

// ScriptUses returns when the scripts of an organisation last ran.
func (s *Store) ScriptUses(org string) map[ScriptKey]ScriptUse {
	s.uses.mu.Lock()
	defer s.uses.mu.Unlock()
	return maps.Clone(s.uses.byOrg[org])
}

// loadUses reads what earlier processes wrote.
func (s *Store) loadUses(ctx context.Context) error {
	s.uses.byOrg, s.uses.dirty = map[string]map[ScriptKey]ScriptUse{}, map[string]map[ScriptKey]bool{}
	return queryRows(ctx, s.read, "SELECT org, kind, name, doc FROM script_uses", nil, func(scan func(...any) error) error {
		var org string
		var key ScriptKey
		var doc []byte
		var use ScriptUse
		if err := scan(&org, &key.Kind, &key.Name, &doc); err != nil {
			return err
		}
		if err := json.Unmarshal(doc, &use); err != nil {
			return err
		}
		s.uses.set(org, key, use)
		return nil
	})
}

// SaveUses writes what changed since it was last called.
func (s *Store) SaveUses(ctx context.Context) error {
	type row struct {
		org string
		key ScriptKey
		doc []byte
	}
	var rows []row
	s.uses.mu.Lock()
	for org, keys := range s.uses.dirty {
		for key := range keys {
			doc, err := json.Marshal(s.uses.byOrg[org][key])
			if err != nil {
				s.uses.mu.Unlock()
				return err
			}
			rows = append(rows, row{org, key, doc})
		}
	}
	s.uses.dirty = map[string]map[ScriptKey]bool{}
	s.uses.mu.Unlock()
	if len(rows) == 0 {
		return nil
	}
	return s.Write(ctx, func(tx *Tx) error {
		for _, r := range rows {
			if tx.live(r.org) != nil {
				continue // deleted meanwhile
			}
			err := tx.Exec("INSERT INTO script_uses (org, kind, name, doc) VALUES (?, ?, ?, ?) ON CONFLICT (org, kind, name) DO UPDATE SET doc = excluded.doc",
				r.org, r.key.Kind, r.key.Name, r.doc)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// forget drops what is known of a script's runs, of all of an organisation's when key is nil.
func (u *uses) forget(org string, key *ScriptKey) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if key == nil {
		delete(u.byOrg, org)
		delete(u.dirty, org)
		return
	}
	delete(u.byOrg[org], *key)
	delete(u.dirty[org], *key)
}
