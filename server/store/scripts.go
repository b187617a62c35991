package store

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/scripts"
	"github.com/tripline/tripline/scripts/library"
)

// catalogs holds each organisation's catalog as it is committed. The writer replaces entries.
type catalogs struct{ byOrg sync.Map } // string → *scripts.Catalog

// Catalog returns what org can run now. It reads the database once per organisation and memory after that.
func (s *Store) Catalog(ctx context.Context, org string) (*scripts.Catalog, error) {
	if c, ok := s.catalogs.byOrg.Load(org); ok {
		return c.(*scripts.Catalog), nil
	}
	c, err := loadCatalog(s.reader(ctx), org)
	if err != nil {
		return nil, err
	}
	// The writer may have committed a newer one in the meantime: its entry wins.
	kept, _ := s.catalogs.byOrg.LoadOrStore(org, c)
	return kept.(*scripts.Catalog), nil
}

// Catalog returns what org can run as the transaction sees it.
func (tx *Tx) Catalog(org string) (*scripts.Catalog, error) {
	if c := tx.overlay.catalogs[org]; c != nil {
		return c, nil
	}
	if c, ok := tx.store.catalogs.byOrg.Load(org); ok {
		return c.(*scripts.Catalog), nil
	}
	return loadCatalog(tx.Query, org)
}

func (tx *Tx) setCatalog(org string, c *scripts.Catalog) {
	if tx.overlay.catalogs == nil {
		tx.overlay.catalogs = map[string]*scripts.Catalog{}
	}
	tx.overlay.catalogs[org] = c
	tx.OnCommit(func() { tx.store.catalogs.byOrg.Store(org, c) })
}

// scriptColumns are what scanScript reads.
const scriptColumns = `v.kind, v.name, v.version, v.language, v.source, v.compiled, v.source_map, v.params,
	v.created_at, v.created_by, s.inherit, s.tags, s.remark, s.org_wide, s.version
	FROM script_versions v JOIN scripts s USING (org, kind, name)`

func loadCatalog(query queryFunc, org string) (*scripts.Catalog, error) {
	var own []scripts.Script
	err := query("SELECT "+scriptColumns+" WHERE org = ? AND v.version = s.version", []any{org}, func(scan func(...any) error) error {
		sc, _, err := scanScript(scan)
		own = append(own, sc)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load the scripts of %s: %w", org, err)
	}
	return scripts.NewCatalog(own, library.Scripts()), nil
}

// scanScript also returns the version that is current.
func scanScript(scan func(...any) error) (s scripts.Script, current int, err error) {
	var created int64
	var params, tags []byte
	err = scan(&s.Kind, &s.Name, &s.Version, &s.Language, &s.Source, &s.Compiled, &s.SourceMap, &params,
		&created, &s.CreatedBy, &s.Inherit, &tags, &s.Remark, &s.OrgWide, &current)
	if err != nil {
		return s, 0, err
	}
	s.CreatedAt = fromMillis(created)
	if s.Compiled == "" {
		s.Compiled = s.Source
	}
	if err := json.Unmarshal(params, &s.Params); err != nil {
		return s, 0, fmt.Errorf("params of script %s: %w", s.Name, err)
	}
	if err := json.Unmarshal(tags, &s.Tags); err != nil {
		return s, 0, fmt.Errorf("tags of script %s: %w", s.Name, err)
	}
	return s, current, nil
}

// PublishScript makes s the current version of its script and returns it with its number. When source,
// language and declared parameters are those of the current version, that one stays and fresh is false;
// tags, remark and mounts follow s either way.
func (tx *Tx) PublishScript(org string, s scripts.Script) (published scripts.Script, fresh bool, err error) {
	catalog, err := tx.Catalog(org)
	if err != nil {
		return s, false, err
	}
	current, exists := catalog.Own(s.Kind, s.Name)
	if exists && current.SameCode(s) {
		s.Version, s.CreatedAt, s.CreatedBy = current.Version, current.CreatedAt, current.CreatedBy
	} else {
		fresh = true
		if s, err = tx.insertVersion(org, s); err != nil {
			return s, false, err
		}
	}
	tags, err := json.Marshal(s.Tags)
	if err != nil {
		return s, false, err
	}
	err = tx.Exec(`INSERT INTO scripts (org, kind, name, version, inherit, tags, remark, org_wide) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (org, kind, name) DO UPDATE SET version = excluded.version, inherit = excluded.inherit,
		tags = excluded.tags, remark = excluded.remark, org_wide = excluded.org_wide`,
		org, s.Kind, s.Name, s.Version, s.Inherit, tags, s.Remark, s.OrgWide)
	if err != nil {
		return s, false, err
	}
	tx.setCatalog(org, catalog.With(s))
	return s, fresh, nil
}

func (tx *Tx) insertVersion(org string, s scripts.Script) (scripts.Script, error) {
	err := tx.QueryRow("SELECT coalesce(max(version), 0) + 1 FROM script_versions WHERE org = ? AND kind = ? AND name = ?",
		[]any{org, s.Kind, s.Name}, &s.Version)
	if err != nil {
		return s, err
	}
	s.CreatedAt = fromMillis(millis(tx.store.now()))
	params, err := json.Marshal(s.Params)
	if err != nil {
		return s, err
	}
	compiled := s.Compiled
	if compiled == s.Source {
		compiled = ""
	}
	return s, tx.Exec(`INSERT INTO script_versions
		(org, kind, name, version, language, source, compiled, source_map, params, created_at, created_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		org, s.Kind, s.Name, s.Version, s.Language, s.Source, compiled, s.SourceMap, params, millis(s.CreatedAt), s.CreatedBy)
}

// RollBackScript makes an earlier (or later) version the current one. Numbers stay as they are: the
// next publication gets a number that no version had.
func (tx *Tx) RollBackScript(org string, kind runtime.Kind, name string, version int) (scripts.Script, error) {
	catalog, err := tx.Catalog(org)
	if err != nil {
		return scripts.Script{}, err
	}
	var s scripts.Script
	found := false
	err = tx.Query("SELECT "+scriptColumns+" WHERE org = ? AND kind = ? AND name = ? AND v.version = ?", []any{org, kind, name, version},
		func(scan func(...any) error) error {
			found = true
			s, _, err = scanScript(scan)
			return err
		})
	if err != nil {
		return s, err
	}
	if !found {
		return s, ErrNotFound
	}
	if err := tx.Exec("UPDATE scripts SET version = ? WHERE org = ? AND kind = ? AND name = ?", version, org, kind, name); err != nil {
		return s, err
	}
	tx.setCatalog(org, catalog.With(s))
	return s, nil
}

// DeleteScript removes a script with all its versions. Whoever calls it has made sure that no device
// misses it.
func (tx *Tx) DeleteScript(org string, kind runtime.Kind, name string) error {
	catalog, err := tx.Catalog(org)
	if err != nil {
		return err
	}
	n, err := tx.ExecCount("DELETE FROM scripts WHERE org = ? AND kind = ? AND name = ?", org, kind, name)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrNotFound
	}
	for _, query := range []string{
		"DELETE FROM script_versions WHERE org = ? AND kind = ? AND name = ?",
		"DELETE FROM script_cases WHERE org = ? AND kind = ? AND script = ?",
		"DELETE FROM script_uses WHERE org = ? AND kind = ? AND name = ?",
	} {
		if err := tx.Exec(query, org, kind, name); err != nil {
			return err
		}
	}
	tx.OnCommit(func() { tx.store.uses.forget(org, &ScriptKey{kind, name}) })
	tx.setCatalog(org, catalog.Without(kind, name))
	return nil
}

// ScriptVersion is one version of a script.
type ScriptVersion struct {
	scripts.Script
	Current bool
}

// ScriptVersions lists the versions of an organisation's own script, the newest first, before the
// number cursor (0: from the newest).
func (s *Store) ScriptVersions(ctx context.Context, org string, kind runtime.Kind, name string, cursor, limit int) ([]ScriptVersion, error) {
	return s.scriptVersions(ctx, "AND (? = 0 OR v.version < ?) ORDER BY v.version DESC LIMIT ?", org, kind, name, cursor, cursor, limit)
}

// ScriptVersion returns one version, or ErrNotFound.
func (s *Store) ScriptVersion(ctx context.Context, org string, kind runtime.Kind, name string, version int) (ScriptVersion, error) {
	list, err := s.scriptVersions(ctx, "AND v.version = ?", org, kind, name, version)
	if err != nil {
		return ScriptVersion{}, err
	}
	if len(list) == 0 {
		return ScriptVersion{}, ErrNotFound
	}
	return list[0], nil
}

func (s *Store) scriptVersions(ctx context.Context, rest string, args ...any) ([]ScriptVersion, error) {
	out := []ScriptVersion{}
	query := "SELECT " + scriptColumns + " WHERE org = ? AND kind = ? AND name = ? " + rest
	err := queryRows(ctx, s.read, query, args, func(scan func(...any) error) error {
		sc, current, err := scanScript(scan)
		out = append(out, ScriptVersion{sc, sc.Version == current})
		return err
	})
	return out, err
}
