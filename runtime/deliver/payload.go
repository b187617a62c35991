package deliver

import "github.com/tripline/tripline/runtime/platform"

// Notification is the payload of a job of KindNotification, as JSON: one notice for one target of a
// notification service. The service's settings are no part of it; every attempt reads them anew, so that
// a mended address heals what waits.
type Notification struct {
	Service  string          `json:"service"`
	Target   string          `json:"target"` // its ID
	Rule     string          `json:"rule,omitempty"`
	Notice   platform.Notice `json:"notice"`
	Progress Progress        `json:"progress,omitzero"`
}

// Progress is how far a notice has come: what was delivered is never sent again.
type Progress struct {
	Sent   []string        `json:"sent,omitempty"`   // IDs of the messages that were delivered
	Left   []string        `json:"left,omitempty"`   // recipients of the message under way who do not have it yet; none: all
	Missed []string        `json:"missed,omitempty"` // recipients who are not reached
	Tries  int             `json:"tries,omitempty"`  // times that the platform refused the message under way
	Pieces platform.Pieces `json:"pieces,omitzero"`  // of the message under way, when the platform wanted it shorter
	Alone  bool            `json:"alone,omitempty"`  // a digest with it was refused: it goes by itself
}

// begun reports whether some of the notice was delivered, so that it cannot join a digest.
func (p Progress) begun() bool {
	return p.Alone || len(p.Sent) > 0 || len(p.Left) > 0 || p.Pieces.Begun()
}
