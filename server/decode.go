package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/tripline/tripline/runtime/invalid"
)

// decodeStrictly reads one JSON object into the struct of that shape that in points to. Unknown fields, wrong
// types, numbers that nothing can hold and anything after the object are refused by place.
func decodeStrictly(text []byte, in any, names shape) error {
	if trimmed := bytes.TrimSpace(text); len(trimmed) == 0 || trimmed[0] != '{' {
		return problem(http.StatusBadRequest, "bad_json", "the body must be a JSON object", invalid.Field{Location: "body", Message: "must be a JSON object"})
	}
	if !utf8.Valid(text) {
		return problem(http.StatusBadRequest, "bad_json", "the body is not UTF-8", invalid.Field{Location: "body", Message: "must be UTF-8"})
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(in); err != nil {
		return decodeError(text, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return problem(http.StatusBadRequest, "bad_json", "there is something after the JSON object", invalid.Field{Location: "body", Message: "must be one JSON object and nothing else"})
	}
	if name := names.miscased(text); name != "" {
		return unknownField(name)
	}
	if at := outOfRange(text); at >= 0 {
		line, column := position(text, int64(at))
		return problem(http.StatusUnprocessableEntity, "invalid", "a number is out of range",
			invalid.Field{Location: "body", Message: "has " + tooLargeNumber, Line: line, Column: column})
	}
	return nil
}

// tooLargeNumber is said of a number beyond 1.8e308.
const tooLargeNumber = "a number that is too large: there is none beyond 1.8e308"

func unknownField(name string) error { return invalid.At("body."+name, "is no field of this request") }

func decodeError(text []byte, err error) error {
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		line, column := position(text, e.Offset-1) // Offset is behind the bad character
		return problem(http.StatusBadRequest, "bad_json", fmt.Sprintf("the body is not JSON: line %d, column %d", line, column),
			invalid.Field{Location: "body", Message: e.Error(), Line: line, Column: column})
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		line, column := position(text, int64(len(text)))
		return problem(http.StatusBadRequest, "bad_json", "the body ends in the middle of its JSON", invalid.Field{Location: "body", Message: "ends too early", Line: line, Column: column})
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return invalid.At("body."+e.Field, "%s", wrongType(e))
	}
	// encoding/json has no type for this one.
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return unknownField(strings.Trim(name, `"`))
	}
	return problem(http.StatusBadRequest, "bad_json", "the body is not the JSON that this route takes")
}

// wrongType says what is wrong without the value: encoding/json puts a number behind its kind.
func wrongType(e *json.UnmarshalTypeError) string {
	wanted := "must be " + jsonType(e.Type.Kind().String())
	kind, _, shown := strings.Cut(e.Value, " ")
	if shown {
		return wanted + " that is not too large"
	}
	return wanted + ", not " + kind
}

func jsonType(kind string) string {
	switch kind {
	case "string":
		return "a string"
	case "bool":
		return "a boolean"
	case "slice":
		return "an array"
	case "struct", "map":
		return "an object"
	case "float64":
		return "a number"
	default:
		return "a whole number"
	}
}

// unmarshalBody is how huma reads a body, before it checks it.
func unmarshalBody(text []byte, into any) error {
	err := json.Unmarshal(text, into)
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && e.Type.Kind() == reflect.Float64 && strings.HasPrefix(e.Value, "number") {
		return errors.New("has " + tooLargeNumber)
	}
	return err
}

// position tells the line and column of an offset, both from 1.
func position(text []byte, offset int64) (line, column int) {
	before := text[:min(int(offset), len(text))]
	line = 1 + bytes.Count(before, []byte("\n"))
	return line, len(before) - bytes.LastIndexByte(before, '\n')
}
