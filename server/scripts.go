package server

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/breaker"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/worker"
	"github.com/tripline/tripline/scripts"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

func (s *Server) scriptRoutes() {
	const one = "/scripts/{kind}/{name}"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"scripts"}}
	}
	gone := op("delete-script", http.MethodDelete, one, "Delete a script with all its versions; refused while a device's list names it")
	gone.DefaultStatus = http.StatusNoContent
	handle(s, auth.Read, op("list-scripts", http.MethodGet, "/scripts", "List scripts, the library's among them"), s.listScripts)
	handle(s, auth.Read, op("get-script", http.MethodGet, one, "A script with its current version and where it is mounted"), s.getScript)
	handle(s, auth.Write, op("publish-script", http.MethodPut, one, "Publish a script; what is left out stays as it is"), s.putScript)
	handle(s, auth.Write, gone, s.deleteScript)
	handle(s, auth.Read, op("list-script-versions", http.MethodGet, one+"/versions", "List a script's versions, the newest first"), s.listVersions)
	handle(s, auth.Read, op("get-script-version", http.MethodGet, one+"/versions/{version}", "One version of a script"), s.getVersion)
	handle(s, auth.Write, op("resume-script", http.MethodPost, one+"/resume", "Let a paused script run again at once"), s.resumeScript)
	handle(s, auth.Write, op("roll-back-script", http.MethodPost, one+"/rollback", "Make another version the current one"), s.rollBack)
	s.editorRoutes()
	s.mountRoutes()
	s.scriptRunRoutes()
	s.caseRoutes()
	s.dryRunRoutes()
}

// ScriptPath is the part of a path that names a script.
type ScriptPath struct {
	Kind runtime.Kind `path:"kind" enum:"trigger,rpc,parser"`
	Name string       `path:"name" pattern:"^[A-Za-z0-9_.-]{1,128}$" patternDescription:"letters, digits, _ - and ."`
}

type listScriptsInput struct {
	Page
	Kind   runtime.Kind `query:"kind" enum:"trigger,rpc,parser"`
	Search string       `query:"search" doc:"part of a name, a tag or the remark"`
}

func (s *Server) listScripts(ctx context.Context, p auth.Principal, in *listScriptsInput) (*body[list[listedScript]], error) {
	catalog, err := s.Store.Catalog(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	mounts, err := s.Store.MountCounts(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	uses := s.Store.ScriptUses(p.Org)
	out := list[listedScript]{Items: []listedScript{}}
	for _, sc := range catalog.All() {
		at := scriptCursor(sc)
		if at <= in.Cursor || in.Kind != "" && sc.Kind != in.Kind || !sc.Mentions(in.Search) {
			continue
		}
		if len(out.Items) == in.Limit {
			out.NextCursor = scriptCursor(&out.Items[in.Limit-1].Script)
			break
		}
		key := store.ScriptKey{Kind: sc.Kind, Name: sc.Name}
		item := listedScript{*sc, mounts[key], s.lifeOf(p.Org, sc, uses[key])}
		item.Source = ""
		out.Items = append(out.Items, item)
	}
	return &body[list[listedScript]]{out}, nil
}

// listedScript is a script with how it fares.
type listedScript struct {
	scripts.Script
	MountCount int `json:"mount_count" doc:"how many devices' lists name it"`
	scriptLife
}

// scriptLife is how a script fares.
type scriptLife struct {
	Paused    *breaker.Pause   `json:"paused,omitempty" doc:"why it does not run"`
	LastUsed  time.Time        `json:"last_used,omitzero"`
	LastError *store.LastError `json:"last_error,omitempty"`
}

func (s *Server) lifeOf(org string, sc *scripts.Script, use store.ScriptUse) scriptLife {
	life := scriptLife{LastUsed: use.LastUsed, LastError: use.LastError}
	if pause, ok := s.Breaker.Paused(org, sc.Runnable()); ok {
		life.Paused = &pause
	}
	return life
}

func (s *Server) resumeScript(ctx context.Context, p auth.Principal, in *ScriptPath) (*body[mountedScript], error) {
	sc, err := s.script(ctx, p.Org, in)
	if err != nil {
		return nil, err
	}
	if s.Breaker.Resume(p.Org, sc.Runnable()) {
		err := s.Store.Write(ctx, func(tx *store.Tx) error {
			return tx.Audit(p.Org, p.Name, "script.resume", string(in.Kind)+"/"+in.Name, nil, nil)
		})
		if err != nil {
			return nil, err
		}
	}
	return s.getScript(ctx, p, in)
}

// scriptCursor sorts as Catalog.All does, because no kind is the beginning of another.
func scriptCursor(s *scripts.Script) string { return string(s.Kind) + "/" + s.Name }

// mountedScript is a script with the devices whose lists name it.
type mountedScript struct {
	scripts.Script
	Mounts []string `json:"mounts" doc:"EUIs of the devices whose lists name it"`
	scriptLife
}

func (s *Server) getScript(ctx context.Context, p auth.Principal, in *ScriptPath) (*body[mountedScript], error) {
	sc, err := s.script(ctx, p.Org, in)
	if err != nil {
		return nil, err
	}
	mounts, err := s.Store.MountedOn(ctx, p.Org, in.Kind, in.Name)
	if err != nil {
		return nil, err
	}
	use := s.Store.ScriptUses(p.Org)[store.ScriptKey{Kind: in.Kind, Name: in.Name}]
	return &body[mountedScript]{mountedScript{*sc, mounts, s.lifeOf(p.Org, sc, use)}}, nil
}

type putScriptInput struct {
	ScriptPath
	Body struct {
		Source   string           `json:"source" minLength:"1"`
		Language *string          `json:"language,omitempty" enum:"javascript,typescript"`
		Params   *[]scripts.Param `json:"params,omitempty" maxItems:"200" nullable:"false"`
		Inherit  *string          `json:"inherit,omitempty" maxLength:"128"`
		Tags     *[]string        `json:"tags,omitempty" maxItems:"100" nullable:"false"`
		Remark   *string          `json:"remark,omitempty" maxLength:"4000"`
		OrgWide  *bool            `json:"org_wide,omitempty"`
		Replaces *int             `json:"replaces,omitempty" minimum:"0" doc:"the version that the author began with, 0 for a new script: 409 when another one is current"`
	}
}

// publishedScript says what a publication did.
type publishedScript struct {
	scripts.Script
	NewVersion bool `json:"new_version" doc:"false when the current version had the same code already"`
}

func (s *Server) putScript(ctx context.Context, p auth.Principal, in *putScriptInput) (*body[publishedScript], error) {
	catalog, err := s.Store.Catalog(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	current, _ := catalog.Own(in.Kind, in.Name)
	b := &in.Body
	draft := scripts.Draft{Source: b.Source, Language: b.Language, Params: b.Params, Inherit: b.Inherit, Tags: b.Tags, Remark: b.Remark, OrgWide: b.OrgWide}
	next, err := scripts.Compile(worker.ForOrg(ctx, p.Org), s.Sandbox, s.Sandbox, s.Limits.Of(p.Org), draft.Apply(in.Kind, in.Name, current))
	if err != nil {
		return nil, invalid.Under("body", err)
	}
	next.CreatedBy = p.Name
	var out publishedScript
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		catalog, err := tx.Catalog(p.Org)
		if err != nil {
			return err
		}
		before, _ := catalog.Own(in.Kind, in.Name)
		if err := checkReplaced(b.Replaces, before); err != nil {
			return err
		}
		if out.Script, out.NewVersion, err = tx.PublishScript(p.Org, next); err != nil {
			return err
		}
		return auditScript(tx, p, "script.publish", &in.ScriptPath, before, &out.Script)
	})
	if err != nil {
		return nil, err
	}
	out.Source = ""
	return &body[publishedScript]{out}, nil
}

// checkReplaced keeps an author from publishing over what somebody else published meanwhile.
func checkReplaced(replaces *int, current *scripts.Script) error {
	version := 0
	if current != nil {
		version = current.Version
	}
	if replaces == nil || *replaces == version {
		return nil
	}
	return problem(http.StatusConflict, "version_conflict", "version "+strconv.Itoa(version)+" was published meanwhile: look at what it changed, and publish again")
}

// deleteScript refuses to take away what a device's list names: its triggers would stop without a word.
// One that overrides a library script may go, because the library's takes its place.
func (s *Server) deleteScript(ctx context.Context, p auth.Principal, in *ScriptPath) (*struct{}, error) {
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		_, catalog, err := ownScript(tx, p.Org, in)
		if err != nil {
			return err
		}
		if _, replaced := catalog.Without(in.Kind, in.Name).Lookup(in.Kind, in.Name); !replaced {
			euis, err := tx.MountedOn(p.Org, in.Kind, in.Name)
			if err != nil {
				return err
			}
			if len(euis) > 0 {
				return stillMounted(euis)
			}
		}
		before, _ := catalog.Own(in.Kind, in.Name)
		if err := tx.DeleteScript(p.Org, in.Kind, in.Name); err != nil {
			return err
		}
		return auditScript(tx, p, "script.delete", in, before, nil)
	})
	return nil, err
}

// auditScript leaves the sources out of the record: every version keeps its own.
func auditScript(tx *store.Tx, p auth.Principal, action string, which *ScriptPath, before, after *scripts.Script) error {
	state := func(s *scripts.Script) any {
		if s == nil {
			return nil
		}
		shown := *s
		shown.Source = ""
		return shown
	}
	return tx.Audit(p.Org, p.Name, action, string(which.Kind)+"/"+which.Name, state(before), state(after))
}

func stillMounted(euis []string) error {
	shown := strings.Join(euis[:min(len(euis), 5)], ", ")
	if more := len(euis) - 5; more > 0 {
		shown += " and " + strconv.Itoa(more) + " more"
	}
	return problem(http.StatusConflict, "script_mounted", "the script is mounted on "+shown+"; take it out of their lists first")
}

// ownScript returns a script of the organisation's own among all. It fails for one that it cannot change.
func ownScript(tx *store.Tx, org string, in *ScriptPath) (*scripts.Script, *scripts.Catalog, error) {
	catalog, err := tx.Catalog(org)
	if err != nil {
		return nil, nil, err
	}
	if own, ok := catalog.Own(in.Kind, in.Name); ok {
		return own, catalog, nil
	}
	if _, ok := catalog.Lookup(in.Kind, in.Name); ok {
		return nil, nil, problem(http.StatusConflict, "library_script", "the library's scripts cannot be changed; publish one of your own under this name to replace it")
	}
	return nil, nil, store.ErrNotFound
}

// scriptVersion is one version of a script.
type scriptVersion struct {
	Version   int             `json:"version"`
	Current   bool            `json:"current"`
	Language  string          `json:"language"`
	Source    string          `json:"source,omitempty"`
	Params    []scripts.Param `json:"params"`
	CreatedAt time.Time       `json:"created_at,omitzero"`
	CreatedBy string          `json:"created_by,omitempty"`
}

func newScriptVersion(s *scripts.Script, current bool) scriptVersion {
	return scriptVersion{s.Version, current, s.Language, s.Source, s.Params, s.CreatedAt, s.CreatedBy}
}

type listVersionsInput struct {
	ScriptPath
	Page
}

func (s *Server) listVersions(ctx context.Context, p auth.Principal, in *listVersionsInput) (*body[list[scriptVersion]], error) {
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	current, err := s.script(ctx, p.Org, &in.ScriptPath)
	if err != nil {
		return nil, err
	}
	out := list[scriptVersion]{Items: []scriptVersion{}}
	if current.Library {
		v := newScriptVersion(current, true)
		v.Source = ""
		out.Items = append(out.Items, v)
		return &body[list[scriptVersion]]{out}, nil
	}
	versions, err := s.Store.ScriptVersions(ctx, p.Org, in.Kind, in.Name, int(before), in.Limit+1)
	if err != nil {
		return nil, err
	}
	for _, v := range versions[:min(len(versions), in.Limit)] {
		v.Source = ""
		out.Items = append(out.Items, newScriptVersion(&v.Script, v.Current))
	}
	if len(versions) > in.Limit {
		out.NextCursor = cursorOf(int64(versions[in.Limit-1].Version))
	}
	return &body[list[scriptVersion]]{out}, nil
}

// script returns the current version of a script that the organisation can run.
func (s *Server) script(ctx context.Context, org string, in *ScriptPath) (*scripts.Script, error) {
	catalog, err := s.Store.Catalog(ctx, org)
	if err != nil {
		return nil, err
	}
	sc, ok := catalog.Lookup(in.Kind, in.Name)
	if !ok {
		return nil, store.ErrNotFound
	}
	return sc, nil
}

type versionInput struct {
	ScriptPath
	Version int `path:"version" minimum:"1"`
}

func (s *Server) getVersion(ctx context.Context, p auth.Principal, in *versionInput) (*body[scriptVersion], error) {
	current, err := s.script(ctx, p.Org, &in.ScriptPath)
	if err != nil {
		return nil, err
	}
	if current.Version == in.Version {
		return &body[scriptVersion]{newScriptVersion(current, true)}, nil
	}
	v, err := s.Store.ScriptVersion(ctx, p.Org, in.Kind, in.Name, in.Version)
	if err != nil {
		return nil, err
	}
	return &body[scriptVersion]{newScriptVersion(&v.Script, v.Current)}, nil
}

type rollBackInput struct {
	ScriptPath
	Body struct {
		Version int `json:"version" minimum:"1"`
	}
}

func (s *Server) rollBack(ctx context.Context, p auth.Principal, in *rollBackInput) (*body[scripts.Script], error) {
	var out scripts.Script
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		before, _, err := ownScript(tx, p.Org, &in.ScriptPath)
		if err != nil {
			return err
		}
		if out, err = tx.RollBackScript(p.Org, in.Kind, in.Name, in.Body.Version); err != nil {
			return err
		}
		return auditScript(tx, p, "script.roll_back", &in.ScriptPath, before, &out)
	})
	if err != nil {
		return nil, err
	}
	out.Source = ""
	return &body[scripts.Script]{out}, nil
}
