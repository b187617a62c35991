// Package scripts is an organisation's scripts: their versions, their declared parameters, where they
// are mounted, and how one is published or rolled back.
package scripts

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime"
)

// Script is a script with its current version.
type Script struct {
	Kind      runtime.Kind `json:"kind"`
	Name      string       `json:"name"`
	Version   int          `json:"version"`
	Source    string       `json:"source,omitempty"` // as the author wrote it; lists leave it out
	Language  string       `json:"language"`         // "javascript" or "typescript"
	Compiled  string       `json:"-"`                // the JavaScript that runs; Source when that is JavaScript
	SourceMap string       `json:"-"`                // from Compiled to Source; "" when they are the same
	Params    []Param      `json:"params"`
	Inherit   string       `json:"inherit,omitempty"`
	Tags      []string     `json:"tags"`
	Remark    string       `json:"remark"`
	OrgWide   bool         `json:"org_wide"`             // mounted on every device
	Library   bool         `json:"library"`              // ships with the product; cannot be changed
	CreatedAt time.Time    `json:"created_at,omitzero"`  // of this version
	CreatedBy string       `json:"created_by,omitempty"` // who published this version
}

// SameCode reports whether s and other run alike: the same source in the same language with the same
// declared parameters.
func (s *Script) SameCode(other Script) bool {
	return s.Source == other.Source && s.Language == other.Language && slices.EqualFunc(s.Params, other.Params, Param.equal)
}

// Mentions reports whether text stands in the name, a tag or the remark of s, whatever its case.
func (s *Script) Mentions(text string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(append([]string{s.Name, s.Remark}, s.Tags...), func(part string) bool {
		return strings.Contains(strings.ToLower(part), text)
	})
}

// Param is one declared parameter of an RPC.
type Param struct {
	Name    string          `json:"name"`
	Type    string          `json:"type" enum:"number,string,boolean,object"`
	Alias   string          `json:"alias,omitempty"`
	Index   int             `json:"index,omitempty"`
	Default json.RawMessage `json:"default,omitempty"`
	Unit    string          `json:"unit,omitempty"`
	Options []Option        `json:"options,omitempty"`
}

func (p Param) equal(other Param) bool {
	return p.Name == other.Name && p.Type == other.Type && p.Alias == other.Alias && p.Index == other.Index &&
		bytes.Equal(p.Default, other.Default) && p.Unit == other.Unit &&
		slices.EqualFunc(p.Options, other.Options, func(a, b Option) bool { return a.Key == b.Key && bytes.Equal(a.Value, b.Value) })
}

// Option is one value that a parameter may have.
type Option struct {
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}

// The languages of sources.
const (
	JavaScript = "javascript"
	TypeScript = "typescript"
)
