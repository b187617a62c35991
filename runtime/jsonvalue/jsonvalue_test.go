package jsonvalue

import (
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
	`null`, ` true `, `false`, `0`, `-1.5e+3`, `""`, `"a\"b\\"`, `"温度 \u6e29\ud83d\ude00"`, `"\ud800"`, `[]`, `{}`,
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
	for _, text := range []string{``, `{`, `[1,]`, `nul`, `"a`, `1 2`, strings.Repeat("[", 20000)} {
		if _, err := Parse(json.RawMessage(text)); err == nil {
			t.Errorf("%.20q was accepted", text)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if json.Unmarshal([]byte(text), new(any)) != nil {
			t.Skip("not JSON, or a number that overflows, which differs on purpose: ±Inf instead of an error")
		}
		compare(t, strings.Trim(text, " \t\r\n"))
	})
}
