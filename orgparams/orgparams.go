// Package orgparams is an organisation's parameters: secrets and settings that its scripts read as
// org_params, with grants that say which scripts get them and which hosts they may be sent to.
package orgparams

import "time"

// Param is one parameter. Value is set only where a caller needs it: lists never carry it.
type Param struct {
	Key        string    `json:"key"`
	Value      string    `json:"-"`
	Remark     string    `json:"remark"`
	Secret     bool      `json:"secret"`  // false: shown in run records as it is
	Scripts    []string  `json:"scripts"` // names or globs of the scripts that get it; empty is all
	Hosts      []string  `json:"hosts"`   // hosts that it may be sent to; empty is any
	RotateDays int       `json:"rotate_days,omitempty"`
	Hint       string    `json:"hint,omitempty"` // the last four characters of a long value
	RotatedAt  time.Time `json:"rotated_at"`     // when the value last changed
	UpdatedAt  time.Time `json:"updated_at"`
	UpdatedBy  string    `json:"updated_by"`
}

// RotateBy is when the value should have been changed next; zero when nothing asks for it.
func (p Param) RotateBy() time.Time {
	if p.RotateDays == 0 {
		return time.Time{}
	}
	return p.RotatedAt.AddDate(0, 0, p.RotateDays)
}
