package reference_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
	"github.com/tripline/tripline/runtime/jsapi"
	"github.com/tripline/tripline/scripts/reference"
)

func find(t *testing.T, entries []reference.Entry, name string) reference.Entry {
	t.Helper()
	i := slices.IndexFunc(entries, func(e reference.Entry) bool { return e.Name == name })
	if i < 0 {
		t.Fatalf("there is no %s", name)
	}
	return entries[i]
}

func names(entries []reference.Entry) string {
	var out []string
	for _, e := range entries {
		out = append(out, e.Name)
	}
	return strings.Join(out, " ")
}

func TestEveryGlobalIsThere(t *testing.T) {
	r := reference.Read()
	for _, g := range jsapi.Globals() {
		e := find(t, r.Globals, g.Name)
		if e.Doc != g.Doc || e.Signature == "" || !slices.Equal(e.Kinds, g.Kinds) {
			t.Errorf("%s: got %+v", g.Name, e)
		}
		if !strings.Contains(reference.Declarations(), "/** "+g.Doc) {
			t.Errorf("%s is not declared", g.Name)
		}
	}
}

func TestMembers(t *testing.T) {
	r := reference.Read()
	for _, c := range []struct{ path, members string }{
		{"logger", "info warn error debug"},
		{"console", "log info debug trace dir warn error"},
		{"cache", "get set once"},
		{"module", "exports"},
		{"input", "bytes fPort recvTime variables"},
		{"msg", "moteeui userdata"},
		{"AbortController", ""},
	} {
		if got := names(find(t, r.Globals, c.path).Members); got != c.members {
			t.Errorf("%s: got %s, want %s", c.path, got, c.members)
		}
	}
	for _, c := range []struct{ path, members string }{
		{"Device", "eui name device_type parent tags server_attrs shared_attrs client_attrs telemetry_data thing_model rpc trigger"},
		{"AxiosResponse", "data status statusText headers config request"},
		{"Hmac", "update digest"},
		{"AbortController", "signal abort"},
	} {
		if got := names(find(t, r.Types, c.path).Members); got != c.members {
			t.Errorf("%s: got %s, want %s", c.path, got, c.members)
		}
	}
}

func TestTypesLeadOn(t *testing.T) {
	r := reference.Read()
	for _, c := range []struct{ of, member, kind, want string }{
		{"device", "", "type", "Device"},
		{"axios", "", "type", "AxiosInstance"},
		{"Buffer", "", "returns", "Buffer"},
		{"Buffer", "from", "returns", "Buffer"},
		{"crypto", "createHmac", "returns", "Hmac"},
		{"crypto", "randomBytes", "returns", "Buffer"},
	} {
		e := find(t, r.Globals, c.of)
		if c.member != "" {
			e = find(t, e.Members, c.member)
		}
		got := e.Type
		if c.kind == "returns" {
			got = e.Returns
		}
		if got != c.want {
			t.Errorf("%s %s: %s %q, want %q", c.of, c.member, c.kind, got, c.want)
		}
	}
	if got := find(t, find(t, r.Types, "AxiosInstance").Members, "post").Returns; got != "AxiosResponse" {
		t.Errorf("what axios.post promises: %q", got)
	}
	if got := find(t, r.Types, "Cipheriv").Type; got != "CipherBase" {
		t.Errorf("what a Cipheriv is too: %q", got)
	}
	if got := find(t, find(t, r.Types, "Device").Members, "parent").Doc; got != `The EUI of the device that it hangs on, or "".` {
		t.Errorf("the documentation of a member: %q", got)
	}
}

// What is offered must be there when the script runs.
func TestWhatIsNamedExists(t *testing.T) {
	sandbox := engine.New(runtime.DefaultLimits())
	for _, kind := range runtime.Kinds {
		var paths []string
		for _, e := range reference.Read().Globals {
			if e.Kinds != nil && !slices.Contains(e.Kinds, kind) {
				continue
			}
			paths = append(paths, e.Name)
			if slices.Contains([]string{"logger", "console", "cache", "crypto", "Buffer"}, e.Name) {
				for _, m := range e.Members {
					paths = append(paths, e.Name+"."+m.Name)
				}
			}
		}
		missing := "[" + strings.Join(paths, `,`) + "]"
		source := "var missing = []; var all = " + missing + "; var names = " + quote(t, paths) +
			"; all.forEach(function (v, i) { if (v === undefined) missing.push(names[i]); }); throw new Error('missing: ' + missing.join(' '))"
		_, err := sandbox.Run(t.Context(), runtime.Invocation{Script: runtime.Script{Kind: kind, Source: source}, Input: runtime.Input{
			Device: json.RawMessage(`{}`), Params: json.RawMessage(`{}`), Alarms: json.RawMessage(`{}`), OrgParams: json.RawMessage(`{}`),
			Msg: json.RawMessage(`{}`), NoticeAttrs: json.RawMessage(`{}`), Payload: json.RawMessage(`{"bytes":[1],"fPort":1}`), ThingModelID: "t",
		}})
		if e := runtime.AsError(err); e == nil || e.Message != "Error: missing: " {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func quote(t *testing.T, list []string) string {
	t.Helper()
	text, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
