package server

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/scripts"
	"github.com/tripline/tripline/server/audit"
	"github.com/tripline/tripline/server/auth"
)

func (s *Server) orgParamStoryRoutes() {
	handle(s, auth.Admin, huma.Operation{OperationID: "list-org-param-history", Method: http.MethodGet, Path: "/org-params/{key}/history", Tags: []string{"org params"},
		Summary: "Who changed or revealed an org param, without values, the newest first"}, s.orgParamHistory)
}

func (s *Server) orgParamHistory(ctx context.Context, p auth.Principal, in *struct {
	OrgParamPath
	Page
}) (*body[list[audit.Entry]], error) {
	cursor, err := in.before()
	if err != nil {
		return nil, err
	}
	entries, next, err := s.Store.AuditOf(ctx, p.Org, "org_param", in.Key, cursor, in.Limit)
	return &body[list[audit.Entry]]{list[audit.Entry]{Items: entries, NextCursor: cursorOf(next)}}, err
}

// readingScript is a script whose source names a parameter.
type readingScript struct {
	Kind    runtime.Kind `json:"kind"`
	Name    string       `json:"name"`
	Granted bool         `json:"granted" doc:"false: it finds no such key, because the parameter is not given to it"`
}

// readers finds the scripts that read each of the parameters, as far as their sources tell: a key that a
// script puts together while it runs is not seen.
func readers(catalog *scripts.Catalog, params []orgparams.Param) map[string][]readingScript {
	found := map[string][]readingScript{}
	for _, sc := range catalog.All() {
		if !strings.Contains(sc.Source, "org_params") {
			continue
		}
		for _, p := range params {
			if namesKey(sc.Source, p.Key) {
				found[p.Key] = append(found[p.Key], readingScript{sc.Kind, sc.Name, p.GrantedTo(sc.Name)})
			}
		}
	}
	return found
}

// namesKey reports whether key stands in source as a word of its own.
func namesKey(source, key string) bool {
	for rest := source; ; {
		at := strings.Index(rest, key)
		if at < 0 {
			return false
		}
		before, after := rest[:at], rest[at+len(key):]
		if !endsInWord(before) && !beginsWithWord(after) {
			return true
		}
		rest = rest[at+1:]
	}
}

func endsInWord(text string) bool     { return text != "" && isWord(text[len(text)-1]) }
func beginsWithWord(text string) bool { return text != "" && isWord(text[0]) }

func isWord(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
