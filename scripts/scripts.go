// Package scripts is an organisation's scripts: their versions, their declared parameters, where they
// are mounted, and how one is published or rolled back.
package scripts

import (
	"encoding/json"
	"time"

	"github.com/tripline/tripline/runtime"
)

// Script is a script with its current version.
type Script struct {
	Kind      runtime.Kind `json:"kind"`
	Name      string       `json:"name"`
	Version   int          `json:"version"`
	Source    string       `json:"source"`   // as the author wrote it
	Language  string       `json:"language"` // "javascript" or "typescript"
	Compiled  string       `json:"-"`        // the JavaScript that runs; Source when that is JavaScript
	Params    []Param      `json:"params"`
	Inherit   string       `json:"inherit,omitempty"`
	Tags      []string     `json:"tags"`
	Remark    string       `json:"remark"`
	OrgWide   bool         `json:"org_wide"` // mounted on every device
	Library   bool         `json:"library"`  // ships with the product; cannot be changed
	CreatedAt time.Time    `json:"created_at"`
	CreatedBy string       `json:"created_by"` // who published this version
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

// Option is one value that a parameter may have.
type Option struct {
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}
