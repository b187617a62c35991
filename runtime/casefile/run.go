package casefile

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/action"
	"github.com/tripline/tripline/runtime/typescript"
	"github.com/tripline/tripline/scripts"
)

// CodeBadCase is the code of a case that cannot be run.
const CodeBadCase runtime.Code = "bad_case"

// Outcome is what came out of a case.
type Outcome struct {
	Name        string             `json:"name"`
	OK          bool               `json:"ok"`
	Result      json.RawMessage    `json:"result"`            // what the script returned; null for nothing
	Context     json.RawMessage    `json:"context,omitempty"` // a driver's state after the run
	Actions     []any              `json:"actions"`           // action.View of each, or Call of a trigger's
	Error       *runtime.Error     `json:"error,omitempty"`
	Logs        []runtime.LogEntry `json:"logs"`
	Differences []string           `json:"differences,omitempty"` // from what the case expects
	CPU         time.Duration      `json:"-"`
	Wall        time.Duration      `json:"-"`
}

// Call is an RPC that a trigger would have dispatched, as people read it.
type Call struct {
	Type    string          `json:"type"` // "rpc"
	Method  string          `json:"method"`
	Target  string          `json:"target,omitempty"`
	DelayMS int64           `json:"delay_ms"`
	Params  json.RawMessage `json:"params"`
}

// Report is an Outcome in the form of a dry run.
type Report struct {
	Result  json.RawMessage    `json:"result"`
	Actions json.RawMessage    `json:"actions"`
	Context json.RawMessage    `json:"context,omitempty"`
	Logs    []runtime.LogEntry `json:"logs"`
	Error   *runtime.Error     `json:"error,omitempty"`
	CPUMS   float64            `json:"cpu_ms"`
	WallMS  float64            `json:"wall_ms"`
}

// Report returns o in the form of a dry run.
func (o *Outcome) Report() Report {
	return Report{o.Result, asJSON(o.Actions), o.Context, o.Logs, o.Error, milliseconds(o.CPU), milliseconds(o.Wall)}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// Runner runs cases. It is safe for concurrent use.
type Runner struct {
	Sandbox    runtime.Sandbox
	Translator runtime.Translator // of TypeScript; nil: the program itself does
	Limits     runtime.Limits
	Org        string           // the organisation that pays for the runs; may be empty
	Now        func() time.Time // of log lines that the host adds; nil: time.Now

	sources sync.Map // path → func() (scripts.Script, error)
}

// File runs the cases of a file on all cores and calls each with the outcomes, in the order of the file.
// Its error is about the file itself.
func (r *Runner) File(ctx context.Context, path string, each func(Outcome)) error {
	cases, err := Read(path)
	if err != nil {
		return err
	}
	r.All(ctx, filepath.Dir(path), cases, each)
	return nil
}

// All runs cases whose scripts stand beside dir.
func (r *Runner) All(ctx context.Context, dir string, cases []Case, each func(Outcome)) {
	outcomes := make([]Outcome, len(cases))
	done := make([]chan struct{}, len(cases))
	for i := range done {
		done[i] = make(chan struct{})
	}
	var next atomic.Int64
	for range min(goruntime.GOMAXPROCS(0), len(cases)) {
		go func() {
			for i := int(next.Add(1)) - 1; i < len(cases); i = int(next.Add(1)) - 1 {
				outcomes[i] = r.Run(ctx, dir, &cases[i])
				close(done[i])
			}
		}()
	}
	for i := range cases {
		<-done[i]
		each(outcomes[i])
		outcomes[i] = Outcome{} // thousands of large results need not stay until the last
	}
}

// Run runs one case whose script stands beside dir, and compares what comes out.
func (r *Runner) Run(ctx context.Context, dir string, c *Case) Outcome {
	script, err := r.script(ctx, dir, c)
	if err != nil {
		return c.failed(err)
	}
	return r.RunScript(ctx, script, c)
}

// Try is RunScript for a source that may not even compile.
func (r *Runner) Try(ctx context.Context, script scripts.Script, c *Case) Outcome {
	if len(script.Source) > r.Limits.Source {
		return c.failed(runtime.Errorf(runtime.CodeSourceTooLarge, "the source has %d bytes; at most %d are allowed", len(script.Source), r.Limits.Source))
	}
	if script.Compiled == "" {
		var err error
		if script, err = scripts.Translate(ctx, r.translator(), script); err != nil {
			return c.failed(err)
		}
	}
	return r.RunScript(ctx, script, c)
}

// RunScript is Run with the script already at hand, in place of the one that c names.
func (r *Runner) RunScript(ctx context.Context, script scripts.Script, c *Case) Outcome {
	in, err := c.input()
	if err != nil {
		return c.failed(runtime.Errorf(CodeBadCase, "%s", err))
	}
	if script.Kind == runtime.KindRPC {
		if in.Params, err = scripts.ApplyParams(script.Params, in.Params); err != nil {
			return c.failed(err)
		}
	}
	result, err := r.Sandbox.Run(ctx, runtime.Invocation{
		Org: r.Org, Script: script.Runnable(), Entry: c.Entry, Input: in,
		Now: c.Now.Time, Seed: uint64(c.Seed), Host: NewHost(c.Responses),
	})
	o := Outcome{Name: c.Name, Result: result.Value, Context: result.Context, Logs: result.Logs, CPU: result.CPU, Wall: result.Wall}
	if err == nil {
		err = r.decode(script.Kind, &o, r.now(c))
	}
	return c.finish(o, script.Locate(err))
}

func (r *Runner) translator() runtime.Translator {
	if r.Translator == nil {
		return typescript.InProcess{}
	}
	return r.Translator
}

func (r *Runner) now(c *Case) time.Time {
	switch {
	case !c.Now.IsZero():
		return c.Now.Time
	case r.Now != nil:
		return r.Now().UTC()
	default:
		return time.Now().UTC()
	}
}

// decode reads the actions out of what the script returned.
func (r *Runner) decode(kind runtime.Kind, o *Outcome, at time.Time) error {
	switch kind {
	case runtime.KindRPC:
		actions, notes, err := action.DecodeActions(o.Result, r.Limits)
		if err != nil {
			return err
		}
		for _, a := range actions {
			o.Actions = append(o.Actions, action.NewView(a))
		}
		for _, note := range notes {
			o.Logs = append(o.Logs, runtime.LogEntry{Time: at, Level: runtime.LevelWarn, Text: note})
		}
	case runtime.KindTrigger:
		d, err := action.DecodeDispatch(o.Result, r.Limits)
		if err != nil {
			return err
		}
		for _, call := range d.Calls {
			o.Actions = append(o.Actions, Call{Type: "rpc", Method: call.Method, Target: call.EUI, DelayMS: d.Delay.Milliseconds(), Params: call.Params})
		}
	}
	return nil
}

func (c *Case) failed(err error) Outcome { return c.finish(Outcome{Name: c.Name}, err) }

func (c *Case) finish(o Outcome, err error) Outcome {
	o.Error = runtime.AsError(err)
	if o.Logs == nil {
		o.Logs = []runtime.LogEntry{}
	}
	if o.Actions == nil {
		o.Actions = []any{}
	}
	if o.Result == nil {
		o.Result = json.RawMessage("null")
	}
	o.OK = o.Error == nil || o.Error.Code != CodeBadCase
	if c.Expect != nil {
		o.Differences = c.Expect.differences(&o)
		o.OK = len(o.Differences) == 0
	}
	return o
}

// script returns what a case is about. Files are read and compiled once.
func (r *Runner) script(ctx context.Context, dir string, c *Case) (scripts.Script, error) {
	switch {
	case c.broken != nil:
		return scripts.Script{}, runtime.Errorf(CodeBadCase, "%s", c.broken)
	case !c.Kind.Valid():
		return scripts.Script{}, runtime.Errorf(CodeBadCase, "kind must be trigger, rpc or parser")
	case (c.Script == "") == (c.Source == ""):
		return scripts.Script{}, runtime.Errorf(CodeBadCase, "give script (a path) or source")
	case c.Source != "":
		return scripts.Translate(ctx, r.translator(), scripts.Script{Kind: c.Kind, Name: c.Name, Source: c.Source, Language: c.Language})
	}
	path := c.Script
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	load, _ := r.sources.LoadOrStore(path+"\x00"+string(c.Kind), sync.OnceValues(func() (scripts.Script, error) {
		return ReadScript(path, c.Kind)
	}))
	return load.(func() (scripts.Script, error))()
}

// ReadScript reads a script from a file: TypeScript when its name ends in .ts. Declared parameters stand
// beside it in a file of the same name with .params.json at its end, if it has any.
func ReadScript(path string, kind runtime.Kind) (scripts.Script, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return scripts.Script{}, runtime.Errorf(CodeBadCase, "%s", err)
	}
	stem := strings.TrimSuffix(path, filepath.Ext(path))
	s := scripts.Script{Kind: kind, Name: filepath.Base(stem), Source: string(source)}
	if filepath.Ext(path) == ".ts" {
		s.Language = scripts.TypeScript
	}
	declared, err := os.ReadFile(stem + ".params.json")
	if err == nil {
		if err = json.Unmarshal(declared, &s.Params); err == nil {
			err = scripts.CheckParams(s.Params)
		}
		if err != nil {
			return s, runtime.Errorf(CodeBadCase, "%s.params.json: %s", stem, err)
		}
	}
	return scripts.Translate(context.Background(), typescript.InProcess{}, s)
}
