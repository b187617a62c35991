package platform

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tripline/tripline/runtime/invalid"
)

// Fields of the entries of a list of objects by which one is known.
const (
	idField   = "id"
	nameField = "name"
)

// keepList does Keep for the entries of a list of objects.
func (f Field) keepList(at string, list, before []any) (anew invalid.Error) {
	entries, old := objects(list), objects(before)
	former := f.Fields.formerly(entries, old)
	for i, entry := range entries {
		if entry != nil {
			anew = append(anew, f.Fields.keep(fmt.Sprintf("%s[%d].", at, i), entry, former[i])...)
		}
	}
	if slices.ContainsFunc(f.Fields, func(field Field) bool { return field.Name == idField && field.Given }) {
		identify(entries, former, old)
	}
	return anew
}

// objects are the entries of a list; nil stands for what is none.
func objects(list []any) []map[string]any {
	out := make([]map[string]any, len(list))
	for i, v := range list {
		out[i], _ = v.(map[string]any)
	}
	return out
}

// formerly returns what each of entries was in old: the one of its ID; else the one of its name; else one
// with the same address; else the one at its place, unless the address is another one now. None is two of
// them. nil stands for a new one.
func (f Fields) formerly(entries, old []map[string]any) []map[string]any {
	former := make([]map[string]any, len(entries))
	left := slices.Clone(old)
	claim := func(same func(i int, entry map[string]any, place int, was map[string]any) bool) {
		for i, entry := range entries {
			if entry == nil || former[i] != nil {
				continue
			}
			place := slices.IndexFunc(left, func(was map[string]any) bool { return was != nil })
			for ; place >= 0 && place < len(left); place++ {
				if was := left[place]; was != nil && same(i, entry, place, was) {
					former[i], left[place] = was, nil
					break
				}
			}
		}
	}
	claim(func(_ int, entry map[string]any, _ int, was map[string]any) bool {
		return written(entry, idField) != "" && written(entry, idField) == identity(was)
	})
	claim(func(_ int, entry map[string]any, _ int, was map[string]any) bool {
		return written(entry, nameField) != "" && written(entry, nameField) == written(was, nameField)
	})
	claim(func(_ int, entry map[string]any, _ int, was map[string]any) bool { return f.sameAddress(entry, was) })
	claim(func(i int, entry map[string]any, place int, was map[string]any) bool {
		return i == place && written(entry, idField) == "" && f.moved(entry, was) == ""
	})
	return former
}

// sameAddress reports whether entry gives, in the clear, the addresses that was has.
func (f Fields) sameAddress(entry, was map[string]any) bool {
	given := false
	for _, field := range f {
		if field.Address {
			given = !empty(entry[field.Name]) && entry[field.Name] == was[field.Name]
			if !given {
				return false
			}
		}
	}
	return given
}

// identity is the ID of an entry: that of one which was stored before there were IDs is its name.
func identity(entry map[string]any) string {
	if id := written(entry, idField); id != "" {
		return id
	}
	return written(entry, nameField)
}

// written is a text of an entry, however it was typed.
func written(entry map[string]any, field string) string {
	text, _ := entry[field].(string)
	if field == nameField {
		text, _ = groupName(text)
	}
	return strings.TrimSpace(text)
}

// identify gives an ID to those of entries that have none: the one that it had, or its name, with a number
// behind it where that is the ID of another one, or was of one that goes now.
func identify(entries, former, old []map[string]any) {
	taken := map[string]bool{}
	for i, entry := range entries {
		if entry == nil {
			continue
		}
		if written(entry, idField) == "" && former[i] != nil {
			entry[idField] = identity(former[i])
		}
		taken[written(entry, idField)] = true
	}
	for _, was := range old {
		taken[identity(was)] = true
	}
	for _, entry := range entries {
		if entry == nil || written(entry, idField) != "" {
			continue
		}
		name := written(entry, nameField)
		id := name
		for n := 2; taken[id]; n++ {
			id = name + " " + strconv.Itoa(n)
		}
		if id != "" {
			entry[idField], taken[id] = id, true
		}
	}
}
