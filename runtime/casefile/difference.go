package casefile

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/jsonvalue"
)

// Expectation is what should come out. Parts that are left out may be anything, but for Error: a case
// that expects something expects no error unless it says so.
type Expectation struct {
	Result  json.RawMessage `json:"result,omitempty"`  // equal as JSON
	Actions json.RawMessage `json:"actions,omitempty"` // equal as JSON
	Error   json.RawMessage `json:"error,omitempty"`   // true: any; text: the code, or part of the message; an object: its fields
	Logs    json.RawMessage `json:"logs,omitempty"`    // one element a line: its text, or an object with some of its fields
}

// differences lists where o is not as e says.
func (e *Expectation) differences(o *Outcome) []string {
	var out []string
	if d := e.errorDifference(o.Error); d != "" {
		out = append(out, d)
	}
	if e.Result != nil {
		out = append(out, difference("result", e.Result, o.Result))
	}
	if e.Actions != nil {
		out = append(out, difference("actions", e.Actions, asJSON(o.Actions)))
	}
	if e.Logs != nil {
		out = append(out, logDifference(e.Logs, o.Logs))
	}
	return slices.DeleteFunc(out, func(d string) bool { return d == "" })
}

func (e *Expectation) errorDifference(got *runtime.Error) string {
	want, err := jsonvalue.Parse(e.Error)
	switch {
	case e.Error == nil, want.Kind == jsonvalue.Null, want.Kind == jsonvalue.Bool && !want.True():
		if got != nil {
			return fmt.Sprintf("error: want none, got %s", got)
		}
	case err != nil:
		return "expect.error " + err.Error()
	case got == nil:
		return fmt.Sprintf("error: want %s, got none", want.Raw)
	case want.Kind == jsonvalue.String:
		if want.Text() != string(got.Code) && !strings.Contains(got.Message, want.Text()) {
			return fmt.Sprintf("error: want %s, got %s", want.Raw, got)
		}
	case want.Kind == jsonvalue.Object:
		return partDifference("error", want, asJSON(got))
	}
	return ""
}

func logDifference(text json.RawMessage, got any) string {
	want, err := jsonvalue.Parse(text)
	if err != nil || want.Kind != jsonvalue.Array {
		return "expect.logs must be an array"
	}
	lines, err := jsonvalue.Parse(asJSON(got))
	if err != nil {
		return "logs " + err.Error()
	}
	for i, w := range want.Items {
		path := fmt.Sprintf("logs[%d]", i)
		if i >= len(lines.Items) {
			return fmt.Sprintf("%s: want %s, got nothing", path, w.Raw)
		}
		d := ""
		if w.Kind == jsonvalue.Object {
			d = partDifference(path, w, lines.Items[i].Raw)
		} else {
			d = difference(path+".text", w.Raw, lines.Items[i].Get("text").Raw)
		}
		if d != "" {
			return d
		}
	}
	if more := lines.Items[len(want.Items):]; len(more) > 0 {
		return fmt.Sprintf("logs[%d]: want nothing, got %s", len(want.Items), brief(more[0].Raw))
	}
	return ""
}

// partDifference compares the members that want has.
func partDifference(path string, want jsonvalue.Value, text json.RawMessage) string {
	got, err := jsonvalue.Parse(text)
	if err != nil {
		return path + " " + err.Error()
	}
	for _, m := range want.Members {
		if d := compare(path+"."+m.Name, m.Value, got.Get(m.Name)); d != "" {
			return d
		}
	}
	return ""
}

// difference says where two JSON texts first differ, or "". The order of keys does not count, and
// numbers are compared as JavaScript's.
func difference(path string, want, got json.RawMessage) string {
	if got == nil {
		got = json.RawMessage("null")
	}
	w, err := jsonvalue.Parse(want)
	if err != nil {
		return fmt.Sprintf("%s: what is expected %s", path, err)
	}
	g, err := jsonvalue.Parse(got)
	if err != nil {
		return fmt.Sprintf("%s %s", path, err)
	}
	return compare(path, w, g)
}

func compare(path string, want, got jsonvalue.Value) string {
	if want.Kind != got.Kind {
		return mismatch(path, want, got)
	}
	switch want.Kind {
	case jsonvalue.Number:
		if want.Float() != got.Float() {
			return mismatch(path, want, got)
		}
	case jsonvalue.String, jsonvalue.Bool:
		if want.Text() != got.Text() {
			return mismatch(path, want, got)
		}
	case jsonvalue.Array:
		return compareItems(path, want.Items, got.Items)
	case jsonvalue.Object:
		return compareMembers(path, want, got)
	}
	return ""
}

func compareItems(path string, want, got []jsonvalue.Value) string {
	for i := range max(len(want), len(got)) {
		if d := compare(fmt.Sprintf("%s[%d]", path, i), item(want, i), item(got, i)); d != "" {
			return d
		}
	}
	return ""
}

func item(list []jsonvalue.Value, i int) jsonvalue.Value {
	if i < len(list) {
		return list[i]
	}
	return jsonvalue.Value{}
}

func compareMembers(path string, want, got jsonvalue.Value) string {
	for _, m := range want.Members {
		if d := compare(path+"."+m.Name, m.Value, got.Get(m.Name)); d != "" {
			return d
		}
	}
	for _, m := range got.Members {
		if missing := want.Get(m.Name); missing.Kind == jsonvalue.Absent {
			return mismatch(path+"."+m.Name, missing, m.Value)
		}
	}
	return ""
}

func mismatch(path string, want, got jsonvalue.Value) string {
	return fmt.Sprintf("%s: want %s, got %s", path, brief(want.Raw), brief(got.Raw))
}

// brief cuts a value to what fits on a line.
func brief(text json.RawMessage) string {
	const room = 200
	switch {
	case text == nil:
		return "nothing"
	case len(text) > room:
		return strings.ToValidUTF8(string(text[:room]), "") + "…"
	default:
		return string(text)
	}
}

func asJSON(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("casefile: %v", err)) // plain data and JSON that was parsed before
	}
	return text
}
