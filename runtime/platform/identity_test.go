package platform

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

var groupsWithIDs = Fields{{Name: "groups", Type: FieldObjects, Fields: GroupFields("s", "https://h.example/…", SecretField("s"))}}

// TestTargetsKeepTheirIDs: what a group was known by it is known by after a change of the settings, whoever
// makes it: the pages, which send back what they got, and callers that know nothing of IDs.
func TestTargetsKeepTheirIDs(t *testing.T) {
	const (
		a, b = "https://h.example/send?key=aaaaaaaa", "https://h.example/send?key=bbbbbbbb"
		mask = "https://h.example/send?key=•••"
	)
	group := func(id, name, url string) string {
		out := map[string]string{"name": name, "webhook_url": url}
		if id != "" {
			out["id"] = id
		}
		return string(EncodeJSON(out))
	}
	of := func(groups ...string) json.RawMessage {
		return json.RawMessage(`{"groups":[` + strings.Join(groups, ",") + `]}`)
	}
	two := of(group("Day", "Day", a), group("Night 2", "Night", b))
	old := of(group("", "Day", a), group("", "Night&Managers", b)) // as they were stored before there were IDs
	for name, c := range map[string]struct {
		before, given json.RawMessage
		want          string // ID=name, in order
	}{
		"new":                              {nil, of(group("", "Day", a), group("", "Night", b)), "Day=Day, Night=Night"},
		"a new ID of the caller's":         {nil, of(group("x1", "Day", a)), "x1=Day"},
		"a new one beside a renamed one":   {two, of(group("Day", "Late", a), group("Night 2", "Night", b), group("", "Day", b)), "Day=Late, Night 2=Night, Day 2=Day"},
		"nothing changed":                  {two, of(group("Day", "Day", mask), group("Night 2", "Night", mask)), "Day=Day, Night 2=Night"},
		"renamed, by ID":                   {two, of(group("Day", "Early", mask), group("Night 2", "Late", mask)), "Day=Early, Night 2=Late"},
		"renamed and moved, by ID":         {two, of(group("Night 2", "Day", mask), group("Day", "Night", mask)), "Night 2=Day, Day=Night"},
		"renamed in its place":             {two, of(group("", "Early", mask), group("", "Night", mask)), "Day=Early, Night 2=Night"},
		"renamed and moved, with its URL":  {two, of(group("", "Late", b), group("", "Early", a)), "Night 2=Late, Day=Early"},
		"another order":                    {two, of(group("", "Night", mask), group("", "Day", mask)), "Night 2=Night, Day=Day"},
		"another URL":                      {two, of(group("", "Day", "https://h.example/send?key=cccccccc"), group("", "Night", mask)), "Day=Day, Night 2=Night"},
		"another group in its place":       {two, of(group("", "Early", "https://h.example/send?key=cccccccc"), group("", "Night", mask)), "Early=Early, Night 2=Night"},
		"the first deleted":                {two, of(group("Night 2", "Night", mask)), "Night 2=Night"},
		"the first deleted, the rest new":  {two, of(group("Night 2", "Night", mask), group("", "Other", a+"1")), "Night 2=Night, Other=Other"},
		"before there were IDs, unchanged": {old, of(group("", "Day", mask), group("", "Night & Managers", mask)), "Day=Day, Night & Managers=Night & Managers"},
		"before there were IDs, renamed":   {old, of(group("", "Early", mask), group("", "Late", mask)), "Day=Early, Night & Managers=Late"},
	} {
		t.Run(name, func(t *testing.T) {
			kept, err := groupsWithIDs.Keep(c.given, c.before)
			if err != nil {
				t.Fatal(err)
			}
			var s struct{ Groups []Group }
			if err := ReadSettings(kept, &s); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, g := range s.Groups {
				got = append(got, g.ID+"="+g.Name)
				if strings.Contains(g.WebhookURL, "•••") {
					t.Errorf("the URL of %s is a mask", g.Name)
				}
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("groups are %v, want %s", got, c.want)
			}
			if again, err := groupsWithIDs.Keep(kept, kept); err != nil || string(again) != string(kept) {
				t.Errorf("stored again it is %s, %v", again, err)
			}
		})
	}
}

func TestIDsAreNotSharedByGroups(t *testing.T) {
	groups := func(ids ...string) (out []Group) {
		for i, id := range ids {
			out = append(out, Group{ID: id, Name: fmt.Sprint("n", i)})
		}
		return out
	}
	if err := CheckGroups(groups("a", "", "", " a"), "member"); err == nil || !strings.Contains(err.Error(), "groups[3].id") {
		t.Errorf("an ID twice: %v", err)
	}
	if err := CheckGroups(groups("member"), "member"); err == nil || !strings.Contains(err.Error(), "groups[0].id") {
		t.Errorf("the ID of the members: %v", err)
	}
}
