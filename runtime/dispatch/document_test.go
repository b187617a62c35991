package dispatch

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/device"
)

var (
	someStrings = []string{"plain", `"quoted" \ / <b>&amp;`, "\x00\x1f\b\f\n\r\t\x7f", "温度 😀", "\u2028\u2029", "bad \xff\xc3( UTF-8", "\uFFFD"}
	someTexts   = []string{`null`, `{}`, `[1,2]`, ` { "a" : [ 1 , "x  y" ] } `, `"<\u2028` + "\u2028" + `>"`, `{"a":1,"a":1e400}`, `"bad ` + "\xff" + `"`}
	someTimes   = []time.Time{
		time.Date(2026, 11, 22, 15, 4, 5, 0, time.UTC), time.Date(2026, 11, 22, 15, 4, 5, 120_000_000, time.UTC), time.Unix(1, 1),
		time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(2026, 1, 2, 3, 4, 5, 999_999_999, time.FixedZone("", -9*3600-30*60)),
	}
	someFloats  = []float64{1, 0.125, -3, 123456.789, 1e-6, 9.99e-7, 1e20, 1e21, math.MaxFloat64, 5e-324}
	someObjects = []string{`{"a":1}`, `{ "b" : [ 1 , 2 ] , "温<度\"" : null }`, `{}`}
)

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// fill sets every field in v, or, when it may leave some out, about two of three.
func fill(t *testing.T, r *rand.Rand, v reflect.Value, all bool) {
	if !all && r.IntN(3) == 0 {
		return
	}
	switch x := v.Addr().Interface().(type) {
	case *json.RawMessage:
		*x = json.RawMessage(pick(r, someTexts))
		return
	case *time.Time:
		*x = pick(r, someTimes)
		return
	case *device.Object:
		if err := json.Unmarshal([]byte(pick(r, someObjects)), x); err != nil {
			t.Fatal(err)
		}
		return
	case *[]byte:
		*x = []byte(pick(r, someStrings))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(pick(r, someStrings))
	case reflect.Int, reflect.Int64:
		v.SetInt(r.Int64N(2000) - 1000)
	case reflect.Float64:
		v.SetFloat(pick(r, someFloats))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, r, v.Elem(), all)
	case reflect.Slice:
		n := r.IntN(3)
		if all {
			n = 2
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(t, r, v.Index(i), all)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, r, v.Field(i), all)
		}
	default:
		t.Fatalf("the test does not know how to fill a %s", v.Type())
	}
}

// What is stored is read by encoding/json, by old versions and by new ones: it is written as that writes it,
// whatever fields come to be.
func TestDocumentIsWhatEncodingJSONWrites(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 3000 {
		var e Execution
		fill(t, r, reflect.ValueOf(&e).Elem(), i < 100)
		got, err := e.Document()
		if err != nil {
			t.Fatal(err)
		}
		if want := encoded(t, &e); string(got) != want {
			t.Fatalf("\n got %s\nwant %s", got, want)
		}
	}
}

func TestRequestIsWhatEncodingJSONWrites(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 1000 {
		var req runtime.HTTPRequest
		fill(t, r, reflect.ValueOf(&req).Elem(), i < 100)
		if got, want := string(request(&req)), encoded(t, &req); got != want {
			t.Fatalf("\n got %s\nwant %s", got, want)
		}
	}
}

// encoded is v as encoding/json writes it without escapes of HTML.
func encoded(t *testing.T, v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func TestDocumentRefusesWhatHasNoJSON(t *testing.T) {
	for name, e := range map[string]Execution{
		"result": {Runs: []Run{{Result: json.RawMessage(`{"a"`)}}},
		"params": {Call: &Call{Params: json.RawMessage{}}},
		"time":   {CreatedAt: time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)},
		"float":  {Runs: []Run{{CPUMS: math.NaN()}}},
	} {
		if _, want := json.Marshal(&e); want == nil {
			t.Fatalf("%s: encoding/json takes it", name)
		}
		if got, err := e.Document(); err == nil {
			t.Errorf("%s: became %s", name, got)
		}
	}
}
