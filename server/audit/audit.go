// Package audit is the record of changes: who did what to which thing, and when.
package audit

import (
	"encoding/json"
	"time"
)

// Entry is one change, or one look at a secret. Before and After carry no secret.
type Entry struct {
	ID     string          `json:"id"`
	Time   time.Time       `json:"time"`
	Actor  string          `json:"actor"`  // a user, or "token:" and a token's name
	Action string          `json:"action"` // what was done to what: "org_param.reveal"
	Target string          `json:"target"` // the name of the thing
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}
