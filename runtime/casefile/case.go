// Package casefile runs scripts on inputs that are written down and compares what comes out with what
// is expected: behind tripline test, tripline run, the dry run of the HTTP interface and go test.
package casefile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/jsonvalue"
	"github.com/tripline/tripline/runtime/uplink"
)

// Case is one script with its inputs. Its JSON form is an object of a case file, where fields that are
// not named here are ignored.
type Case struct {
	Name         string          `json:"name"`
	Script       string          `json:"script"` // path of the source, absolute or beside the case file
	Source       string          `json:"source"` // in place of Script
	Language     string          `json:"language"`
	Kind         runtime.Kind    `json:"kind"`
	Entry        string          `json:"entry"` // which function of a parser is wanted
	Device       json.RawMessage `json:"device"`
	Params       json.RawMessage `json:"params"`
	Values       json.RawMessage `json:"values"` // another name of params
	Alarms       json.RawMessage `json:"alarms"`
	OrgParams    json.RawMessage `json:"org_params"`
	Msg          json.RawMessage `json:"msg"`
	NoticeAttrs  json.RawMessage `json:"noticeAttrs"`
	ThingModelID string          `json:"thing_model_id"`
	ThingModel   string          `json:"thingModelId"` // another name of thing_model_id
	Input        json.RawMessage `json:"input"`        // TS013's
	Context      json.RawMessage `json:"context"`
	Now          Instant         `json:"now"`  // freezes the clock
	Seed         Seed            `json:"seed"` // what Math.random follows then
	Responses    []Response      `json:"responses"`
	Expect       *Expectation    `json:"expect"`

	broken error // why the case could not be read
}

// Instant is a time that JSON gives as RFC 3339 text or as milliseconds since 1970. Zero is none.
type Instant struct{ time.Time }

// UnmarshalJSON reads either form; null is none.
func (i *Instant) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	var ms float64
	if json.Unmarshal(text, &ms) == nil {
		i.Time = time.UnixMilli(int64(ms)).UTC()
		return nil
	}
	var s string
	if json.Unmarshal(text, &s) == nil {
		at, err := ParseInstant(s)
		i.Time = at
		return err
	}
	return errInstant
}

// UnmarshalText reads RFC 3339 from a flag.
func (i *Instant) UnmarshalText(text []byte) (err error) {
	i.Time, err = ParseInstant(string(text))
	return err
}

var errInstant = fmt.Errorf("a time must be RFC 3339 text such as %q, or milliseconds since 1970", "2026-01-02T15:04:05Z")

// ParseInstant reads RFC 3339, in which the time of day and the zone (UTC) may be left out.
func ParseInstant(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, errInstant
}

// Seed is any JSON number; equal numbers give equal sequences.
type Seed uint64

// UnmarshalJSON takes the bits of a number that is no whole one.
func (s *Seed) UnmarshalJSON(text []byte) error {
	var whole uint64
	if json.Unmarshal(text, &whole) == nil {
		*s = Seed(whole)
		return nil
	}
	var number float64
	if err := json.Unmarshal(text, &number); err != nil {
		return fmt.Errorf("a seed must be a number")
	}
	*s = Seed(math.Float64bits(number))
	return nil
}

// Read reads the cases of a file: a JSON array, or objects one after the other (JSON Lines, or a single
// one). Its error names the line. A case of the wrong shape is no error here: it fails when it is run.
func Read(path string) ([]Case, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, text)
}

// Parse is Read for the text of a file.
func Parse(path string, text []byte) ([]Case, error) {
	var items []json.RawMessage
	dec := json.NewDecoder(bytes.NewReader(text))
	for dec.More() {
		var item json.RawMessage
		if err := dec.Decode(&item); err != nil {
			line := 1 + bytes.Count(text[:min(int(dec.InputOffset()), len(text))], []byte("\n"))
			return nil, fmt.Errorf("%s: line %d: %w", path, line, err)
		}
		items = append(items, item)
	}
	if len(items) == 1 && items[0][0] == '[' {
		var list []json.RawMessage
		if err := json.Unmarshal(items[0], &list); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		items = list
	}
	cases := make([]Case, len(items))
	for i, item := range items {
		c := &cases[i]
		if err := json.Unmarshal(item, c); err != nil {
			c.broken = err
		}
		if c.Name == "" {
			c.Name = fmt.Sprintf("case %d", i+1)
		}
	}
	return cases, nil
}

// input is what the script sees, but for params, which the runner fills in.
func (c *Case) input() (runtime.Input, error) {
	in := runtime.Input{
		Device: c.Device, Params: c.Params, Alarms: c.Alarms, OrgParams: c.OrgParams,
		Msg: c.Msg, NoticeAttrs: c.NoticeAttrs, Payload: c.Input, Context: c.Context, ThingModelID: c.ThingModelID,
	}
	if in.Params == nil {
		in.Params = c.Values
	}
	// The host always gives these, be they empty.
	if in.Alarms == nil {
		in.Alarms = json.RawMessage("{}")
	}
	if in.OrgParams == nil {
		in.OrgParams = json.RawMessage("{}")
	}
	if in.ThingModelID == "" {
		in.ThingModelID = c.ThingModel
	}
	if c.Kind == runtime.KindParser {
		return in, bothForms(&in)
	}
	return in, nil
}

// bothForms makes of a parser's two forms of an uplink the one that the case does not give, if there is
// an uplink at all.
func bothForms(in *runtime.Input) error {
	switch {
	case in.Payload == nil && in.Msg != nil:
		frame, ok, err := uplink.FromMessage(in.Msg)
		if ok {
			in.Payload = frame.Input()
		}
		return err
	case in.Msg == nil && in.Payload != nil:
		frame, ok, err := uplink.FromInput(in.Payload)
		if ok {
			if device, err := jsonvalue.Parse(in.Device); err == nil {
				frame.EUI = device.Get("eui").Text()
			}
			in.Msg = frame.Message()
		}
		return err
	}
	return nil
}
