package scripts

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/invalid"
)

// Catalog is what an organisation can run at one moment: its own current scripts and the library's. It
// never changes, so that one execution sees the same scripts from its beginning to its end.
type Catalog struct {
	own     map[key]*Script
	library map[key]*Script
	orgWide map[runtime.Kind][]*Script // by name
}

type key struct {
	kind runtime.Kind
	name string
}

// NewCatalog returns the catalog of an organisation whose own current scripts are own.
func NewCatalog(own, library []Script) *Catalog {
	c := &Catalog{own: byKey(own), library: byKey(library)}
	c.index()
	return c
}

func byKey(list []Script) map[key]*Script {
	out := make(map[key]*Script, len(list))
	for _, s := range list {
		out[key{s.Kind, s.Name}] = &s
	}
	return out
}

func (c *Catalog) index() {
	c.orgWide = map[runtime.Kind][]*Script{}
	for _, s := range c.own {
		if s.OrgWide {
			c.orgWide[s.Kind] = append(c.orgWide[s.Kind], s)
		}
	}
	for _, list := range c.orgWide {
		slices.SortFunc(list, byName)
	}
}

func byName(a, b *Script) int { return cmp.Compare(a.Name, b.Name) }

// With returns a catalog with s among the organisation's own, in place of one of the same kind and name.
func (c *Catalog) With(s Script) *Catalog {
	next := &Catalog{own: maps.Clone(c.own), library: c.library}
	next.own[key{s.Kind, s.Name}] = &s
	next.index()
	return next
}

// Without returns a catalog that lacks the organisation's own script of that kind and name.
func (c *Catalog) Without(kind runtime.Kind, name string) *Catalog {
	next := &Catalog{own: maps.Clone(c.own), library: c.library}
	delete(next.own, key{kind, name})
	next.index()
	return next
}

// Own returns the organisation's own script of that kind and name, mounted or not.
func (c *Catalog) Own(kind runtime.Kind, name string) (*Script, bool) {
	s, ok := c.own[key{kind, name}]
	return s, ok
}

// Lookup returns the script of that kind and name, mounted or not: the organisation's own before the library's.
func (c *Catalog) Lookup(kind runtime.Kind, name string) (*Script, bool) {
	if s, ok := c.own[key{kind, name}]; ok {
		return s, true
	}
	s, ok := c.library[key{kind, name}]
	return s, ok
}

// RPC returns the RPC that name means for d: the organisation's own when it is mounted there, else the
// library's, which are mounted everywhere.
func (c *Catalog) RPC(d device.Device, name string) (*Script, bool) {
	if s, ok := c.own[key{runtime.KindRPC, name}]; ok && (s.OrgWide || slices.Contains(d.RPCs, name)) {
		return s, true
	}
	s, ok := c.library[key{runtime.KindRPC, name}]
	return s, ok
}

// Triggers returns the triggers that are mounted on d: those of its list in their order, then the
// organisation-wide ones by name. None stands there twice.
func (c *Catalog) Triggers(d device.Device) []*Script {
	return c.mounted(runtime.KindTrigger, d.Triggers)
}

// Parsers returns the parsers that are mounted on d, in the order of Triggers.
func (c *Catalog) Parsers(d device.Device) []*Script {
	return c.mounted(runtime.KindParser, d.ThingModels)
}

func (c *Catalog) mounted(kind runtime.Kind, names []string) []*Script {
	out := make([]*Script, 0, len(names)+len(c.orgWide[kind]))
	for _, name := range names {
		if s, ok := c.Lookup(kind, name); ok && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, s := range c.orgWide[kind] {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// CheckMounts reports the names in d's lists that are no scripts, as an invalid.Error with locations
// such as rpcs[1].
func (c *Catalog) CheckMounts(d device.Device) error {
	var bad invalid.Error
	for _, list := range []struct {
		field string
		kind  runtime.Kind
		names []string
	}{
		{"thing_models", runtime.KindParser, d.ThingModels},
		{"rpcs", runtime.KindRPC, d.RPCs},
		{"triggers", runtime.KindTrigger, d.Triggers},
	} {
		for i, name := range list.names {
			if _, ok := c.Lookup(list.kind, name); !ok {
				bad = append(bad, invalid.At(at(list.field, i), "there is no %s script %q: publish it first, or check the spelling", list.kind, name)...)
			}
		}
	}
	if len(bad) > 0 {
		return bad
	}
	return nil
}

// All returns every script by kind and name; a library script that the organisation overrides by one of
// its own is left out.
func (c *Catalog) All() []*Script {
	out := slices.Collect(maps.Values(c.own))
	for k, s := range c.library {
		if _, overridden := c.own[k]; !overridden {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b *Script) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), byName(a, b))
	})
	return out
}

func at(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }
