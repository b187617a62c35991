package notify

import (
	"encoding/json"
	"regexp"
	"slices"
	"time"

	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/platform"
)

// Service is a notification service of an organisation: where messages go, and with which credentials.
type Service struct {
	Name        string          `json:"name"`
	Type        string          `json:"type"`
	Description string          `json:"description"`
	Settings    json.RawMessage `json:"-"` // with secrets
	UpdatedAt   time.Time       `json:"updated_at"`
	UpdatedBy   string          `json:"updated_by"`

	Targets []platform.Target `json:"-"` // that the settings name
	// Broken says why there are no Targets: the settings were good when they were stored, and are not any
	// more. nil when there is nothing to say.
	Broken error `json:"-"`
}

// Target returns a target by its ID, and whether there is one. When none has the ID, the one of that name is
// meant: a group that was deleted and made again.
func (s Service) Target(id string) (platform.Target, bool) {
	for _, known := range []func(platform.Target) string{platform.Target.ID, platform.Target.Name} {
		if i := slices.IndexFunc(s.Targets, func(t platform.Target) bool { return known(t) == id }); i >= 0 {
			return s.Targets[i], true
		}
	}
	return nil, false
}

var nameShape = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N} ._&-]{0,127}$`)

// CheckName refuses what cannot name a service or a rule. Names may be Chinese.
func CheckName(name string) error {
	if name == "types" || name == "names" || name == "import" {
		return invalid.At("name", "%s is taken: it is an address of the interface", name)
	}
	if !nameShape.MatchString(name) {
		return invalid.At("name", "must begin with a letter or digit and go on with letters, digits, spaces, . _ & or -, at most 128 characters")
	}
	return nil
}
