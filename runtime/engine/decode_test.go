package engine

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dop251/goja"
)

// reference is what goja's own JSON.parse makes of a text, and whether it takes it.
func reference(vm *goja.Runtime, text string) (string, bool) {
	o := vm.Get("JSON").(*goja.Object)
	parse, _ := goja.AssertFunction(o.Get("parse"))
	stringify, _ := goja.AssertFunction(o.Get("stringify"))
	v, err := parse(o, vm.ToValue(text))
	if err != nil {
		return "", false
	}
	out, err := stringify(o, v)
	if err != nil {
		return "", false
	}
	return out.String(), true
}

func decoded(t *testing.T, vm *goja.Runtime, text string) (string, error) {
	t.Helper()
	v, err := decode(vm, []byte(text))
	if err != nil {
		return "", err
	}
	o := vm.Get("JSON").(*goja.Object)
	stringify, _ := goja.AssertFunction(o.Get("stringify"))
	out, err := stringify(o, v)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), nil
}

func TestDecode(t *testing.T) {
	vm := goja.New()
	for text, want := range map[string]string{
		`{"b":1,"2":2,"a":3,"1":4}`:                  `{"1":4,"2":2,"b":1,"a":3}`,
		`{"a":1,"b":2,"a":3}`:                        `{"a":3,"b":2}`,
		`{"__proto__":{"x":1}}`:                      `{"__proto__":{"x":1}}`,
		` [ 1 , -0 , 1e2 , 1.50 , 1E-7 ] `:           `[1,0,100,1.5,1e-7]`,
		`[9007199254740993,1e400,-1e400]`:            `[9007199254740992,null,null]`,
		`[123456789012345678901234567890]`:           `[1.2345678901234568e+29]`,
		`["\u6e29\ud83d\ude00","\ud83d"]`:            `["温😀","\ud83d"]`,
		`["\"\\\/\b\f\n\r\t"]`:                       `["\"\\/\b\f\n\r\t"]`,
		`{"\u0061":true,"":null,"温":false}`:          `{"a":true,"":null,"温":false}`,
		"[\"a\xffb\"]":                               `["a�b"]`,
		"[\"a\xff\\n\"]":                             `["a�\n"]`,
		`{}`:                                         `{}`,
		`[]`:                                         `[]`,
		`"a string that is longer than 16 bytes, 温"`: `"a string that is longer than 16 bytes, 温"`,
	} {
		got, err := decoded(t, vm, text)
		if err != nil || got != want {
			t.Errorf("%s: %s %v, want %s", text, got, err, want)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, text := range []string{
		``, ` `, `{`, `}`, `[`, `]`, `[1`, `[1,`, `[1,]`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `{'a':1}`, `1 2`, `[1]]`, `tru`, `nulll`, `TRUE`,
		`01`, `-`, `-a`, `1.`, `.1`, `+1`, `1e`, `1e+`, `0x1`, `NaN`, `"`, `"a`, `"\`, `"\x"`, `"\u12"`, `"\u12g4"`, "\"\n\"", "\"\\n\x01\"", `undefined`,
		strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1), strings.Repeat("[", 1e6),
	} {
		if v, err := decode(goja.New(), []byte(text)); err == nil {
			t.Errorf("%.40q: %v", text, v)
		}
	}
}

func TestDecodeSome(t *testing.T) {
	vm := goja.New()
	text := `{"a":{"x":[1,{"y":"}]"}]},"b":"\"}","skip":[[{"a":1}],"]"],"c":-1.5e3,"n":null,"d":{"skip":1}}`
	for wanted, want := range map[string]string{
		"a": `{"a":{"x":[1,{"y":"}]"}]}}`, "b": `{"b":"\"}"}`, "c,d": `{"c":-1500,"d":{"skip":1}}`, "": `{}`, "n,none": `{"n":null}`,
	} {
		keys := make(map[string]bool)
		for key := range strings.SplitSeq(wanted, ",") {
			keys[key] = true
		}
		v, err := (&decoder{vm: vm}).decode([]byte(text), keys)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := v.(*goja.Object).MarshalJSON(); string(got) != want {
			t.Errorf("%q: %s, want %s", wanted, got, want)
		}
	}
	for _, broken := range []string{`{"skip":`, `{"skip":"`, `{"skip":"\`, `{"skip":[`, `{"skip":1`, `{"skip":1]`, `{"skip"}`} {
		if _, err := (&decoder{vm: vm}).decode([]byte(broken), map[string]bool{}); err == nil {
			t.Errorf("%s is taken", broken)
		}
	}
}

// FuzzDecode holds the decoder to the realm's own JSON.parse.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5,-3e-7,true,false,null,"x\u00e9\n"],"1":{"__proto__":{}}}`, `[[],{}]`, `"\ud83d\ude00"`, `-0`, ` 1 `, `{"a":1,"a":2}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<16 {
			return
		}
		vm := goja.New()
		got, err := decoded(t, vm, text)
		if json.Valid([]byte(text)) != (err == nil) {
			t.Fatalf("%q: %v", text, err)
		}
		// goja's parser turns halves of surrogate pairs and numbers out of range into something else.
		want, ok := reference(vm, text)
		if !ok || strings.Contains(strings.ToLower(text), `\ud`) {
			return
		}
		if got != want {
			t.Fatalf("%q: %s, want %s", text, got, want)
		}
	})
}
