package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/casefile"
	"github.com/tripline/tripline/runtime/engine"
)

// runCmd is one dry run of one script.
type runCmd struct {
	Script     string           `arg:"" type:"existingfile" help:"The script, JavaScript or TypeScript (.ts)."`
	Kind       runtime.Kind     `enum:"trigger,rpc,parser," default:"" help:"What it is: trigger, rpc or parser. Found out when it is left out."`
	Entry      string           `help:"Which function of a parser is wanted, such as encodeDownlink."`
	Device     jsonFile         `placeholder:"FILE" help:"JSON of the device."`
	Params     jsonFile         `placeholder:"FILE" help:"JSON of the parameters of the call."`
	Alarms     jsonFile         `placeholder:"FILE" help:"JSON of the active alarms by name."`
	OrgParams  jsonFile         `placeholder:"FILE" help:"JSON of org_params."`
	Msg        jsonFile         `placeholder:"FILE" help:"JSON of a parser's uplink in AS form."`
	Input      jsonFile         `placeholder:"FILE" help:"JSON of a codec's input."`
	Context    jsonFile         `placeholder:"FILE" help:"JSON of a driver's state, an array."`
	Responses  jsonFile         `placeholder:"FILE" help:"JSON list of answers to axios: { method?, url, status, headers?, data }."`
	ThingModel string           `placeholder:"ID" help:"The thing model whose telemetry the uplink carried."`
	Now        casefile.Instant `placeholder:"TIME" help:"Freezes the clock, RFC 3339."`
	Seed       uint64           `help:"What Math.random follows while the clock is frozen."`
}

// jsonFile is a flag that names a file with one JSON value; - is the standard input.
type jsonFile struct{ text json.RawMessage }

// UnmarshalText reads the file that the flag names.
func (f *jsonFile) UnmarshalText(name []byte) error {
	var text []byte
	var err error
	if string(name) == "-" {
		text, err = io.ReadAll(os.Stdin)
	} else {
		text, err = os.ReadFile(string(name))
	}
	if err != nil {
		return err
	}
	if !json.Valid(text) {
		return fmt.Errorf("%s is not JSON", name)
	}
	f.text = bytes.TrimSpace(text)
	return nil
}

// Run prints what came out as JSON. A failed script is an error.
func (c *runCmd) Run() error {
	limits := runtime.DefaultLimits()
	one := casefile.Case{
		Script: c.Script, Kind: c.Kind, Entry: c.Entry, Device: c.Device.text, Params: c.Params.text, Alarms: c.Alarms.text,
		OrgParams: c.OrgParams.text, Msg: c.Msg.text, Input: c.Input.text, Context: c.Context.text,
		ThingModelID: c.ThingModel, Now: c.Now, Seed: casefile.Seed(c.Seed),
	}
	if c.Responses.text != nil {
		if err := json.Unmarshal(c.Responses.text, &one.Responses); err != nil {
			return fmt.Errorf("--responses: %w", err)
		}
	}
	if one.Kind == "" {
		one.Kind = kindOfFile(c.Script)
	}
	runner := casefile.Runner{Sandbox: engine.New(limits), Limits: limits}
	outcome := runner.Run(context.Background(), ".", &one)
	if err := printJSON(os.Stdout, outcome.Report(), "  "); err != nil {
		return err
	}
	if outcome.Error != nil {
		return fmt.Errorf("%s: %w", c.Script, outcome.Error)
	}
	return nil
}

func printJSON(w io.Writer, v any, indent string) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	return enc.Encode(v)
}
