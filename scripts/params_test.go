package scripts

import (
	"encoding/json"
	"testing"

	"github.com/tripline/tripline/runtime"
)

var declared = []Param{
	{Name: "level", Type: TypeString, Default: json.RawMessage(`"mid"`), Options: []Option{
		{Key: "Low", Value: json.RawMessage(`"low"`)}, {Key: "Middle", Value: json.RawMessage(`"mid"`)},
	}},
	{Name: "cov", Type: TypeNumber},
	{Name: "on", Type: TypeBoolean, Default: json.RawMessage(`false`)},
	{Name: "what", Type: TypeObject},
	{Name: "rate", Type: TypeNumber, Options: []Option{{Value: json.RawMessage(`1`)}, {Value: json.RawMessage(`20`)}}},
}

func TestApplyParams(t *testing.T) {
	for _, test := range []struct {
		name, given, want, problem string
	}{
		{name: "nothing", given: ``, want: `{"level":"mid","on":false}`},
		{name: "null", given: `null`, want: `{"level":"mid","on":false}`},
		{name: "order is kept and defaults follow", given: `{"z":1,"on":true,"a":[2]}`, want: `{"z":1,"on":true,"a":[2],"level":"mid"}`},
		{name: "null is not given", given: `{"level":null,"cov":null,"on":true}`, want: `{"level":"mid","cov":null,"on":true}`},
		{name: "the host's own pass", given: `{"_eui":"1","level":"low","on":true}`, want: `{"_eui":"1","level":"low","on":true}`},
		{name: "an array is an object", given: `{"what":[1],"level":"low","on":true}`, want: `{"what":[1],"level":"low","on":true}`},
		{name: "numbers are equal as values", given: `{"rate":2e1,"level":"low","on":true}`, want: `{"rate":2e1,"level":"low","on":true}`},
		{name: "wrong type", given: `{"cov":"1"}`, problem: "params.cov: must be a number, not a string"},
		{name: "array for a string", given: `{"level":["low"]}`, problem: "params.level: must be a string, not an array"},
		{name: "object for a boolean", given: `{"on":{}}`, problem: "params.on: must be a boolean, not an object"},
		{name: "no option", given: `{"level":"urgent"}`, problem: `params.level: must be one of its options: "low", "mid"`},
		{name: "no object", given: `[1]`, problem: "params must be an object, not an array"},
		{name: "no JSON", given: `{`, problem: "params is not JSON"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ApplyParams(declared, json.RawMessage(test.given))
			if test.problem != "" {
				e := runtime.AsError(err)
				if e == nil || e.Code != runtime.CodeBadParams || e.Message != test.problem {
					t.Fatalf("got %s and the error %v, want bad_params %q", got, err, test.problem)
				}
				return
			}
			if err != nil || string(got) != test.want {
				t.Fatalf("got %s, %v, want %s", got, err, test.want)
			}
		})
	}
}

func TestCheckParams(t *testing.T) {
	for _, test := range []struct{ name, declared, want string }{
		{"good", `[{"name":"a","type":"number","default":1},{"name":"b","type":"object","default":[]}]`, ""},
		{"no name", `[{"type":"number"}]`, "[0].name: is missing"},
		{"reserved", `[{"name":"_eui","type":"string"}]`, `[0].name: "_eui" starts with _, which is kept for the host's own such as _eui`},
		{"twice", `[{"name":"a","type":"string"},{"name":"a","type":"string"}]`, `[1].name: "a" is declared twice`},
		{"type", `[{"name":"a","type":"int"}]`, "[0].type: must be number, string, boolean or object"},
		{"default of another type", `[{"name":"a","type":"number","default":"1"}]`, "[0].default: must be a number, not a string"},
		{"default that is no option", `[{"name":"a","type":"number","default":3,"options":[{"value":1}]}]`, "[0].default: must be one of its options: 1"},
		{"option of another type", `[{"name":"a","type":"number","options":[{"value":1},{"value":true}]}]`, "[0].options[1].value: must be a number, not a boolean"},
		{"option without a value", `[{"name":"a","type":"number","options":[{"key":"x"}]}]`, "[0].options[0].value: is missing"},
		{"several", `[{"name":"","type":"number"},{"name":"x","type":""}]`, "[0].name: is missing; [1].type: must be number, string, boolean or object"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var params []Param
			if err := json.Unmarshal([]byte(test.declared), &params); err != nil {
				t.Fatal(err)
			}
			got := ""
			if err := CheckParams(params); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
