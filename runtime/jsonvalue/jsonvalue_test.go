package jsonvalue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// plain turns v into what encoding/json makes of the same text.
func plain(v Value) any {
	switch v.Kind {
	case Null:
		return nil
	case Bool:
		return v.True()
	case Number:
		return v.Float()
	case String:
		return v.Text()
	case Array:
		out := make([]any, 0, len(v.Items))
		for _, item := range v.Items {
			out = append(out, plain(item))
		}
		return out
	default:
		out := make(map[string]any, len(v.Members))
		for _, m := range v.Members {
			out[m.Name] = plain(m.Value)
		}
		return out
	}
}

var texts = []string{
	`null`, ` true `, `false`, `0`, `-1.5e+3`, `""`, `"a\"b\\"`, `"温度 \u6e29\ud83d\ude00"`, `"\ud800"`, `"\ud800\u0041\ud800x\udc00\b\f\n\r\t\/"`, "\"\xff\xc3(\"", `1E-2`, `-0`, `[1e5 , 0.5]`, `[]`, `{}`,
	`[1,[2,[]],{"a":{}}]`, "{ \"a\" : 1 ,\n\t\"b\":[ true , null ] }", `{"a":1,"b":2,"a":3}`, `{"":""}`,
}

func TestParseAgreesWithEncodingJSON(t *testing.T) {
	for _, text := range texts {
		compare(t, text)
	}
}

func compare(t *testing.T, text string) {
	t.Helper()
	v, err := Parse(json.RawMessage(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var want any
	if err := json.Unmarshal([]byte(text), &want); err != nil {
		t.Fatal(err)
	}
	if got := plain(v); !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", text, got, want)
	}
	if strings.TrimSpace(text) != string(v.Raw) {
		t.Errorf("%s: raw text is %s", text, v.Raw)
	}
}

func TestParseKeepsOrderAndText(t *testing.T) {
	v, err := Parse(json.RawMessage(`{"z":1.50, "a":{"k" : [1 ,2]}, "z":2}`))
	if err != nil {
		t.Fatal(err)
	}
	if v.Members[0].Name != "z" || v.Members[0].Value.Text() != "2" || len(v.Members) != 2 {
		t.Errorf("a double key must keep the first place and the last value: %v", v.Members)
	}
	if raw := string(v.Get("a").Raw); raw != `{"k" : [1 ,2]}` {
		t.Errorf("raw text of a: %s", raw)
	}
	if v.Get("nope").Kind != Absent {
		t.Error("a key that is not there must be absent")
	}
}

func TestParseOfManyKeys(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"k0":0`)
	for i := range 3000 {
		fmt.Fprintf(&b, `,"k%d":%d`, i%1500, i)
	}
	b.WriteString(`}`)
	v, err := Parse(json.RawMessage(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Members) != 1500 || v.Get("k7").Text() != "1507" {
		t.Errorf("%d keys, k7 = %s", len(v.Members), v.Get("k7").Text())
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{
		``, ` `, `{`, `[1,]`, `[1`, `[,1]`, `nul`, `tru`, `falsy`, `"a`, `"a\`, `"\x"`, `"\u12g4"`, `"\u123`, "\"\n\"", `1 2`, `01`, `-`, `1.`, `.5`, `1e`, `+1`,
		`{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `{"a":1]`, `[1}`, `{"a" 1}`, "\x00", "1\x00", strings.Repeat("[", 20000),
		strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1),
	} {
		if _, err := Parse(json.RawMessage(text)); err == nil {
			t.Errorf("%.20q was accepted", text)
		}
		if out, err := AppendCompact([]byte("x"), json.RawMessage(text)); err == nil || string(out) != "x" {
			t.Errorf("%.20q was compacted to %.20q", text, out)
		}
	}
	deep := json.RawMessage(strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth))
	if _, err := Parse(deep); err != nil {
		t.Errorf("%d levels: %v", maxDepth, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := Parse(json.RawMessage(text)); (err == nil) != json.Valid([]byte(text)) {
			t.Fatalf("%q: %v", text, err)
		}
		var want bytes.Buffer
		wantErr := json.Compact(&want, []byte(text))
		if got, err := AppendCompact(nil, json.RawMessage(text)); (err == nil) != (wantErr == nil) || err == nil && string(got) != want.String() {
			t.Fatalf("%q: compacted to %q, want %q", text, got, want.String())
		}
		if json.Unmarshal([]byte(text), new(any)) != nil {
			t.Skip("not JSON, or a number that overflows, which differs on purpose: ±Inf instead of an error")
		}
		compare(t, strings.Trim(text, " \t\r\n"))
	})
}

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "a\"b\\c/<&>", "\x00\x1f\x7f\b\f\n\r\t", "温度 😀", "\u2028\u2029", "\xff\xc3(\xed\xa0\x80", "\uFFFD"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(s); err != nil {
			t.Fatal(err)
		}
		if got := string(AppendString(nil, s)) + "\n"; got != want.String() {
			t.Errorf("%q: got %s, want %s", s, got, want.String())
		}
	})
}
