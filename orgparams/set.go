package orgparams

import (
	"cmp"
	"encoding/json"
	"maps"
	"path"
	"slices"
	"sync"

	"github.com/tripline/tripline/runtime/egress"
	"github.com/tripline/tripline/runtime/secret"
)

// Set is an organisation's parameters with their values, at one moment. It is immutable and safe for
// concurrent use. A nil *Set has no parameters.
type Set struct {
	params   []Param  // by key, with values
	masked   []string // the secret values, superseded ones among them
	redactor *secret.Redactor
	guard    *guard

	mu        sync.RWMutex
	forScript map[string]json.RawMessage // by the script's name
}

// maxCachedScripts bounds forScript: names come from outside.
const maxCachedScripts = 1024

// NewSet returns a Set of params, whose Values are set. The superseded values are masked too: what was
// queued before a change still carries them.
func NewSet(params []Param, superseded []string) *Set {
	params = slices.SortedFunc(slices.Values(params), func(a, b Param) int { return cmp.Compare(a.Key, b.Key) })
	s := &Set{params: params, guard: newGuard(params), forScript: map[string]json.RawMessage{}}
	for _, p := range params {
		if p.Secret {
			s.masked = append(s.masked, p.Value)
		}
	}
	s.masked = append(s.masked, superseded...)
	s.redactor = secret.NewRedactor(s.masked)
	return s
}

// ForScript returns what a script reads as org_params: an object of the values that it was granted. The
// reply is shared and must not be written to.
func (s *Set) ForScript(name string) json.RawMessage {
	if s == nil {
		return json.RawMessage("{}")
	}
	s.mu.RLock()
	object, ok := s.forScript[name]
	s.mu.RUnlock()
	if ok {
		return object
	}
	values := map[string]string{}
	for _, p := range s.params {
		if p.GrantedTo(name) {
			values[p.Key] = p.Value
		}
	}
	object = marshal(values)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.forScript) < maxCachedScripts {
		s.forScript[name] = object
	}
	return object
}

// Placeholders is what a dry run reads as org_params: every key, with an address that leads nowhere as
// its value, which is good wherever a script expects a URL or any other text.
func (s *Set) Placeholders() json.RawMessage {
	values := map[string]string{}
	for _, k := range s.Keys() {
		values[k.Key] = "https://org-params.invalid/" + k.Key
	}
	return marshal(values)
}

// Redactor masks the secret values of the organisation, the lately superseded ones too.
func (s *Set) Redactor() *secret.Redactor {
	if s == nil {
		return nil
	}
	return s.redactor
}

// Guard refuses requests that carry the value of a parameter with hosts to another host.
func (s *Set) Guard() egress.Guard {
	if s == nil {
		return (*guard)(nil)
	}
	return s.guard
}

// Key is what those who write scripts may know of a parameter.
type Key struct {
	Key    string `json:"key"`
	Remark string `json:"remark"`
}

// Keys lists all parameters in the order of their keys.
func (s *Set) Keys() []Key {
	keys := []Key{}
	if s != nil {
		for _, p := range s.params {
			keys = append(keys, Key{p.Key, p.Remark})
		}
	}
	return keys
}

// Param returns a parameter with its value, and whether there is one.
func (s *Set) Param(key string) (Param, bool) {
	if s == nil {
		return Param{}, false
	}
	i, ok := slices.BinarySearchFunc(s.params, key, func(p Param, key string) int { return cmp.Compare(p.Key, key) })
	if !ok {
		return Param{}, false
	}
	return s.params[i], true
}

// Params lists the parameters in the order of their keys, with values.
func (s *Set) Params() []Param {
	if s == nil {
		return nil
	}
	return slices.Clone(s.params)
}

// GrantedTo reports whether the script gets the parameter.
func (p Param) GrantedTo(script string) bool {
	if len(p.Scripts) == 0 {
		return true
	}
	return slices.ContainsFunc(p.Scripts, func(glob string) bool {
		ok, err := path.Match(glob, script)
		return ok && err == nil
	})
}

func marshal(values map[string]string) json.RawMessage {
	b := []byte{'{'}
	for i, key := range slices.Sorted(maps.Keys(values)) {
		if i > 0 {
			b = append(b, ',')
		}
		for _, text := range []string{key, values[key]} {
			quoted, _ := json.Marshal(text) // every string has a JSON form
			b = append(append(b, quoted...), ':')
		}
		b = b[:len(b)-1]
	}
	return append(b, '}')
}

// RedactorOf masks the secret values of several organisations at once.
func RedactorOf(sets ...*Set) *secret.Redactor {
	var values []string
	for _, s := range sets {
		values = append(values, s.masked...)
	}
	return secret.NewRedactor(values)
}
