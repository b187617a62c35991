package device

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

func parse(t testing.TB, text string) Object {
	t.Helper()
	var o Object
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return o
}

func text(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestObjectsAreReadAndWritten(t *testing.T) {
	for in, want := range map[string]string{
		`{}`:                                   `{}`,
		` { "b" : 1 , "a" : [ 1, {"x":2} ] } `: `{"b":1,"a":[1,{"x":2}]}`,
		`{"z":1,"a":2,"10":3,"2":4}`:           `{"z":1,"a":2,"10":3,"2":4}`,
		`{"a":1,"b":2,"a":3}`:                  `{"a":3,"b":2}`,
		`{"a":null,"":1e400,"b":12345678901234567890.5}`: `{"a":null,"":1e400,"b":12345678901234567890.5}`,
		`{"温\n\"\\":"\ud83d\ude00"}`:                     `{"温\n\"\\":"\ud83d\ude00"}`,
		`{"__proto__":1,"a\u0000b":2}`:                   `{"__proto__":1,"a\u0000b":2}`,
	} {
		if got := text(t, parse(t, in)); got != want {
			t.Errorf("%s becomes %s, want %s", in, got, want)
		}
	}
}

func TestWhatIsNoObject(t *testing.T) {
	for in, want := range map[string]string{
		`null`: "null", `[1]`: "an array", `"x"`: "a string", `5`: "a number", `-5`: "a number", `true`: "a boolean", ` false`: "a boolean",
	} {
		var o Object
		if err := json.Unmarshal([]byte(in), &o); err == nil || err.Error() != "must be an object, not "+want {
			t.Errorf("%s: %v, want %s", in, err, want)
		}
	}
	for _, in := range []string{``, `{`, `{"a"}`, `{"a":}`, `{"a":1`} {
		var o Object
		if err := o.UnmarshalJSON([]byte(in)); err == nil {
			t.Errorf("%q is read", in)
		}
	}
}

func TestMerge(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{`{}`, `{}`, `{}`},
		{`{}`, `{"b":1,"a":2}`, `{"b":1,"a":2}`},
		{`{"a":1,"b":2}`, `{}`, `{"a":1,"b":2}`},
		{`{"a":1,"b":2,"c":3}`, `{"d":4,"b":5}`, `{"a":1,"b":5,"c":3,"d":4}`},
		{`{"a":{"x":1,"y":2}}`, `{"a":{"z":3}}`, `{"a":{"z":3}}`},
		{`{"a":1}`, `{"a":null}`, `{"a":null}`},
	} {
		a, b := parse(t, c.a), parse(t, c.b)
		if got := text(t, a.Merge(b)); got != c.want {
			t.Errorf("%s with %s is %s, want %s", c.a, c.b, got, c.want)
		}
		if text(t, a) != c.a || text(t, b) != c.b {
			t.Errorf("merging changed %s to %s or %s to %s", c.a, text(t, a), c.b, text(t, b))
		}
	}
}

func TestObjectsDoNotShareWhatIsAddedLater(t *testing.T) {
	base := parse(t, `{"a":1}`).Set("b", json.RawMessage(`2`))
	one, two := base.Set("c", json.RawMessage(`3`)), base.Set("d", json.RawMessage(`4`))
	if text(t, base) != `{"a":1,"b":2}` || text(t, one) != `{"a":1,"b":2,"c":3}` || text(t, two) != `{"a":1,"b":2,"d":4}` {
		t.Errorf("%s %s %s", text(t, base), text(t, one), text(t, two))
	}
}

// Small and large objects are merged in two ways, which do the same.
func TestLargeObjects(t *testing.T) {
	for _, n := range []int{manyKeys / 2, manyKeys, 20_000} {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"k%d":%d,`, i, i)
		}
		o := parse(t, "{"+b.String()+`"k1":"again","last":0}`)
		if o.Len() != n+1 || string(o.Get("k1")) != `"again"` || string(o.Get(fmt.Sprint("k", n-1))) != fmt.Sprint(n-1) {
			t.Errorf("of %d keys there are %d", n, o.Len())
		}
		merged := o.Merge(parse(t, "{"+b.String()+`"new":1,"new":2}`))
		if merged.Len() != n+2 || string(merged.Get("k1")) != "1" || string(merged.Get("new")) != "2" || string(o.Get("k1")) != `"again"` {
			t.Errorf("merged there are %d of %d", merged.Len(), n)
		}
		first, i := "", 0
		merged.Each(func(key string, _ json.RawMessage) {
			if i++; i == 2 {
				first = key
			}
		})
		if first != "k1" {
			t.Errorf("the second key is %s", first)
		}
	}
}

func FuzzObject(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":1,"a":2}`, `{"\u0000":"<>&"}`, `{"a":{"b":[1,2,{"c":null}]}}`, `[`, `{"a":1e999}`, "{\"\xff\":1}", `{"a":"\ud800"}`} {
		f.Add([]byte(seed), []byte(`{"x":1,"a":true}`))
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		var o, p Object
		var m, n map[string]any
		if errA, errB := json.Unmarshal(a, &o), json.Unmarshal(a, &m); (errA == nil) != (errB == nil) && string(a) != "null" {
			if errB == nil && m == nil || strings.Contains(errB.Error(), "cannot unmarshal number") {
				return // null; and a number too large for a float64, which is kept as it is written
			}
			t.Fatalf("%q: %v, encoding/json says %v", a, errA, errB)
		} else if errA != nil || m == nil {
			return
		}
		written := text(t, o)
		var again map[string]any
		if err := json.Unmarshal([]byte(written), &again); err != nil || text(t, again) != text(t, m) {
			t.Fatalf("%q is written as %q (%v)", a, written, err)
		}
		if json.Unmarshal(b, &p) != nil || json.Unmarshal(b, &n) != nil || n == nil {
			return
		}
		for k, v := range n {
			m[k] = v
		}
		if err := json.Unmarshal([]byte(text(t, o.Merge(p))), &again); err != nil {
			t.Fatal(err)
		}
		if text(t, again) != text(t, m) {
			t.Fatalf("%q with %q is %s, want %s", a, b, text(t, again), text(t, m))
		}
	})
}

func TestScriptView(t *testing.T) {
	odd := "\x00\"\\\u2028<é\xff\U0001F600\x7f"
	d := New(odd, time.UnixMilli(0))
	d.Name, d.DeviceType, d.Parent, d.Tags, d.RPCs = odd, odd, "p", []string{odd, ""}, []string{"r"}
	d.ServerAttrs, d.ThingModels, d.Triggers = parse(t, `{"b":1,"a":{"x":[]}}`), []string{"m"}, []string{"t"}
	d = d.WithTelemetry(odd, parse(t, `{"v":1}`), time.UnixMilli(5)).WithTelemetry("m", parse(t, `{"w":2}`), time.UnixMilli(6)).WithTelemetry("m", parse(t, `{"u":3}`), time.UnixMilli(7))
	var got struct {
		EUI, Name, Parent string
		DeviceType        string `json:"device_type"`
		Tags, RPC         []string
		ServerAttrs       json.RawMessage           `json:"server_attrs"`
		SharedAttrs       json.RawMessage           `json:"shared_attrs"`
		Telemetry         map[string]map[string]int `json:"telemetry_data"`
		ThingModel        []string                  `json:"thing_model"`
		Trigger           []string
	}
	view := d.ScriptView()
	if err := json.Unmarshal(view, &got); err != nil {
		t.Fatalf("%s: %v", view, err)
	}
	clean := strings.ToValidUTF8(odd, "\uFFFD")
	if got.EUI != clean || got.Name != clean || got.DeviceType != clean || got.Parent != "p" || fmt.Sprint(got.Tags) != fmt.Sprint([]string{clean, ""}) {
		t.Errorf("%+v", got)
	}
	if string(got.ServerAttrs) != `{"b":1,"a":{"x":[]}}` || string(got.SharedAttrs) != `{}` || fmt.Sprint(got.RPC, got.ThingModel, got.Trigger) != "[r] [m] [t]" {
		t.Errorf("%+v", got)
	}
	if fmt.Sprint(got.Telemetry["m"]) != "map[u:3 update_time:7 w:2]" || got.Telemetry[clean]["update_time"] != 5 {
		t.Errorf("telemetry is %v", got.Telemetry)
	}
}

func TestADeviceIsAValue(t *testing.T) {
	a := New("d", time.UnixMilli(0)).WithTelemetry("m", parse(t, `{"v":1}`), time.UnixMilli(1))
	patch := parse(t, `{"k":1}`)
	b := a.WithTelemetry("m", parse(t, `{"v":2}`), time.UnixMilli(2)).WithAttributes(Attributes{Server: &patch, Client: &patch})
	if string(a.Telemetry["m"].Get("v")) != "1" || a.ServerAttrs.Len() != 0 {
		t.Errorf("the older value has changed: %+v", a)
	}
	if string(b.Telemetry["m"].Get("v")) != "2" || text(t, b.ServerAttrs)+text(t, b.SharedAttrs)+text(t, b.ClientAttrs) != `{"k":1}{}{"k":1}` {
		t.Errorf("%+v", b)
	}
	empty := Object{}
	for a, want := range map[*Attributes]bool{{}: true, {Server: &empty}: true, {Shared: &patch}: false, {Client: &patch}: false, {Server: &patch}: false} {
		if a.Empty() != want {
			t.Errorf("%+v is empty: %v", a, !want)
		}
	}
}
