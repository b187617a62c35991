// Package reference is what the author of a script can name, with documentation and signatures: the
// declarations that tripline types prints, and the same as data for editors. It is made of the globals'
// registry and of the declared inputs, so that it cannot say anything else than what runs.
package reference

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/jsapi"
	"github.com/tripline/tripline/scripts"
)

// Entry is a name that a script can write, or a member of what a name stands for.
type Entry struct {
	Name      string         `json:"name"`
	Kinds     []runtime.Kind `json:"kinds,omitempty" doc:"kinds of scripts that see it; left out: all"`
	Signature string         `json:"signature,omitempty" doc:"in TypeScript; one line for each way to call it"`
	Doc       string         `json:"doc,omitempty"`
	Type      string         `json:"type,omitempty" doc:"the type in types whose members it has"`
	Returns   string         `json:"returns,omitempty" doc:"the type in types that calling it gives, or the promise of it"`
	Members   []Entry        `json:"members,omitempty" doc:"members of its own"`
}

// Reference is everything that can be named.
type Reference struct {
	Globals []Entry `json:"globals"`
	Types   []Entry `json:"types"`
}

// inputs are the globals that the host fills in before a run.
var inputs = []struct {
	Entry
	of string // its declaration
}{
	{Entry{Name: "device", Doc: "A copy of the device: changing it changes nothing outside."}, "const device: Device"},
	{Entry{Name: "thingModelId", Doc: "The thing model whose telemetry arrived."}, "const thingModelId: string"},
	{Entry{Name: "params", Kinds: []runtime.Kind{runtime.KindRPC}, Doc: "The parameters of the call, defaults filled in. _eui is the device that it is for."}, "const params: Attrs & { _eui?: string }"},
	{Entry{Name: "alarms", Kinds: []runtime.Kind{runtime.KindTrigger, runtime.KindRPC}, Doc: "The active alarms by name. What is absent is not active."}, "const alarms: Alarms"},
	{Entry{Name: "org_params", Kinds: []runtime.Kind{runtime.KindTrigger, runtime.KindRPC}, Doc: "The organisation's parameters that this script was granted: webhook URLs, keys. Never write such a value into the script."}, "const org_params: OrgParams"},
	{Entry{Name: "msg", Kinds: parsers, Doc: "The uplink as the network server sent it; userdata.payload is base64."}, `const msg: ParserInput["msg"]`},
	{Entry{Name: "noticeAttrs", Kinds: parsers, Doc: "Which groups the uplink brought."}, `const noticeAttrs: ParserInput["noticeAttrs"]`},
	{Entry{Name: "input", Kinds: parsers, Doc: "The uplink as LoRa Alliance TS013 gives it to codecs."}, "const input: { bytes: number[]; fPort: number; recvTime?: Date; variables?: Attrs }"},
	{Entry{Name: "bytes", Kinds: parsers, Doc: "The uplink's payload."}, "const bytes: number[]"},
	{Entry{Name: "fPort", Kinds: parsers, Doc: "The uplink's LoRaWAN port."}, "const fPort: number"},
	{Entry{Name: "context", Kinds: parsers, Doc: "An array that is kept from uplink to uplink."}, "const context: any[]"},
}

var parsers = []runtime.Kind{runtime.KindParser}

// Read returns everything that can be named. It is made once.
var Read = sync.OnceValue(func() Reference {
	r := Reference{Types: declared(scripts.InputTypes)}
	for _, g := range jsapi.Globals() {
		own := declared(g.TypeScript)
		i := slices.IndexFunc(own, func(e Entry) bool { return e.Name == g.Name })
		entry := Entry{Name: g.Name}
		if i >= 0 {
			entry = own[i]
			own = slices.Delete(own, i, i+1)
		}
		entry.Kinds, entry.Doc = g.Kinds, g.Doc
		if strings.HasPrefix(entry.Signature, "class ") {
			// The name is the class; its instances' members are a type of the same name.
			static, instance := split(entry.Members)
			own = append(own, Entry{Name: g.Name, Members: instance, Type: entry.Type})
			entry.Members, entry.Type, entry.Returns = static, "", g.Name
		}
		r.Globals, r.Types = append(r.Globals, entry), append(r.Types, own...)
	}
	for _, input := range inputs {
		entry := declared(input.of)[0]
		entry.Kinds, entry.Doc = input.Kinds, input.Doc
		if m := indexed.FindStringSubmatch(input.of); m != nil {
			entry.Members = find(find(r.Types, m[1]).Members, m[2]).Members
		}
		r.Globals = append(r.Globals, entry)
	}
	known := map[string]bool{}
	for _, t := range r.Types {
		known[t.Name] = true
	}
	link(r.Globals, known)
	link(r.Types, known)
	return r
})

// indexed is the type of a member of a type.
var indexed = regexp.MustCompile(`(\w+)\["(\w+)"\]$`)

func find(entries []Entry, name string) Entry {
	i := slices.IndexFunc(entries, func(e Entry) bool { return e.Name == name })
	if i < 0 {
		panic("reference: " + name + " is declared nowhere") // a constant of this package
	}
	return entries[i]
}

// split tells a class's static members from those of its instances.
func split(members []Entry) (static, instance []Entry) {
	for _, m := range members {
		var isStatic bool
		if m.Signature, isStatic = strings.CutPrefix(m.Signature, "static "); isStatic {
			m.Signature = strings.ReplaceAll(m.Signature, "\nstatic ", "\n")
			static = append(static, m)
		} else {
			instance = append(instance, m)
		}
	}
	return static, instance
}

// link takes out the names of types that are not described.
func link(entries []Entry, known map[string]bool) {
	for i := range entries {
		e := &entries[i]
		if !known[e.Type] {
			e.Type = ""
		}
		if !known[e.Returns] {
			e.Returns = ""
		}
		link(e.Members, known)
	}
}

// value begins a declaration of a global's TypeScript that is no type: beside a script, which has its
// value, it must say declare.
var value = regexp.MustCompile(`(?m)^(const|let|var|function|class|namespace) `)

// Declarations returns TypeScript declarations for script authors: what the host gives a script, then the
// globals that the sandbox registers.
func Declarations() string {
	var out strings.Builder
	out.WriteString(scripts.InputTypes)
	for _, g := range jsapi.Globals() {
		doc := g.Doc
		if g.Kinds != nil {
			names := make([]string, len(g.Kinds))
			for i, k := range g.Kinds {
				names[i] = string(k)
			}
			doc += " Only in: " + strings.Join(names, ", ") + "."
		}
		out.WriteString("\n/** " + doc + " */\n" + value.ReplaceAllString(strings.TrimSpace(g.TypeScript), "declare $0") + "\n")
	}
	return out.String()
}
