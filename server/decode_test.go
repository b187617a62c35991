package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime/invalid"
)

func TestDecodeStrictly(t *testing.T) {
	type inner struct {
		Flag  bool     `json:"flag"`
		Names []string `json:"names"`
	}
	type input struct {
		Name  string          `json:"name"`
		Port  uint8           `json:"port"`
		Inner inner           `json:"inner"`
		Map   map[string]any  `json:"map"`
		Raw   json.RawMessage `json:"raw"`
	}
	for body, want := range map[string]string{
		`{"name":"x","port":255,"inner":{"flag":true,"names":["a"]},"map":{}}`: "",
		" {} \n":                        "",
		``:                              "400 body: must be a JSON object",
		`[]`:                            "400 body: must be a JSON object",
		`null`:                          "400 body: must be a JSON object",
		"{\n  \"name\": \"x\",\n  y\n}": "400 body (3:3): ",
		`{"name":`:                      "400 body (1:9): ends too early",
		`{} {}`:                         "400 body: must be one JSON object and nothing else",
		`{} x`:                          "400 body: must be one JSON object and nothing else",
		`{"other":"hunter2"}`:           "422 body.other: is no field of this request",
		`{"name":7654321}`:              "422 body.name: must be a string, not number",
		`{"port":300}`:                  "422 body.port: must be a whole number that is not too large",
		`{"port":"hunter2"}`:            "422 body.port: must be a whole number, not string",
		`{"inner":[]}`:                  "422 body.inner: must be an object, not array",
		`{"inner":{"flag":"hunter2"}}`:  "422 body.inner.flag: must be a boolean, not string",
		`{"inner":{"names":{}}}`:        "422 body.inner.names: must be an array, not object",
		`{"NAME":"hunter2"}`:            "422 body.NAME: is no field of this request",
		`{"name":"x","Name":"y"}`:       "422 body.Name: is no field of this request",
		`{"n\u0061me":"{\"NAME\":1}"}`:  "",
		`{"\u004eame":"x"}`:             "422 body.Name: is no field of this request",
		`{"inner":{"Flag":true}}`:       "422 body.inner.Flag: is no field of this request",
		`{"map":{"Name":1,"NAME":[{}]}, "name":"x" }`:     "",
		"{\"raw\":\n{\"a\":[1, -1e400]}}":                 "422 body (2:10): has a number that is too large",
		`{"map":{"a":1e308,"b":"1e400","c":-1.5E-400}}`:   "",
		`{"raw":{"a":1` + strings.Repeat("0", 400) + `}}`: "422 body (1:13): has a number that is too large",
		`{"map":{"a":1e400}}`:                             "422 body.map: must be a number that is not too large",
		`{"port":1e400}`:                                  "422 body.port: must be a whole number that is not too large",
		`{"map":true}`:                                    "422 body.map: must be an object, not bool",
	} {
		var in input
		err := decodeStrictly([]byte(body), &in, shapeOf(reflect.TypeFor[input]()))
		got := ""
		if err != nil {
			p := fail(t.Context(), err)
			place := p.Errors[0].Location
			if p.Errors[0].Line > 0 {
				place += fmt.Sprintf(" (%d:%d)", p.Errors[0].Line, p.Errors[0].Column)
			}
			got = fmt.Sprintf("%d %s: %s", p.Status, place, p.Errors[0].Message)
			for _, value := range []string{"hunter2", "7654321", "300"} {
				if strings.Contains(got+p.Detail, value) {
					t.Errorf("%s: the reply repeats the value: %s, %s", body, got, p.Detail)
				}
			}
		}
		if want == "" && got != "" || !strings.HasPrefix(got, want) {
			t.Errorf("%q: %q, want %q", body, got, want)
		}
	}
}

func TestCursors(t *testing.T) {
	for _, n := range []int64{1, 35, 36, 1 << 40, 1<<63 - 1} {
		text := cursorOf(n)
		if got, err := (Page{Cursor: text}).before(); err != nil || got != n {
			t.Errorf("%d is written %q and read as %d (%v)", n, text, got, err)
		}
	}
	if cursorOf(0) != "" {
		t.Errorf("the end is written %q", cursorOf(0))
	}
	if n, err := (Page{}).before(); n != 0 || err != nil {
		t.Errorf("no cursor is %d (%v)", n, err)
	}
	for _, text := range []string{"0", "-1", "!", "1y2p0ij32e8e8", " 1", "1 OR 1=1"} {
		_, err := (Page{Cursor: text}).before()
		if fields, ok := errors.AsType[invalid.Error](err); !ok || fields[0].Location != "query.cursor" {
			t.Errorf("%q: %v", text, err)
		}
	}
}
