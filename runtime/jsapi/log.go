package jsapi

import (
	"encoding/json"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime"
)

func logGlobals() []Global {
	return []Global{
		{
			Name:       "logger",
			Doc:        "Writes to the run's log. fields may be any value; they are kept as JSON beside the text.",
			TypeScript: "const logger: { info(text: any, fields?: any): void; warn(text: any, fields?: any): void; error(text: any, fields?: any): void; debug(text: any, fields?: any): void }",
			New:        func(e *Env) goja.Value { o, _ := e.newMembers(loggerMethods); return o },
		},
		{
			Name:       "console",
			Doc:        "Writes to the run's log as Node's console writes to the terminal; log, info, debug and trace have the level info.",
			TypeScript: "const console: Record<\"log\" | \"info\" | \"debug\" | \"trace\" | \"dir\" | \"warn\" | \"error\", (...values: any[]) => void>",
			New:        func(e *Env) goja.Value { o, _ := e.newMembers(consoleMethods); return o },
		},
	}
}

var loggerMethods = newMethodTable(
	loggerMethod("info", runtime.LevelInfo),
	loggerMethod("warn", runtime.LevelWarn),
	loggerMethod("error", runtime.LevelError),
	loggerMethod("debug", runtime.LevelInfo),
	loggerMethod("log", runtime.LevelInfo),
)

var consoleMethods = newMethodTable(
	consoleMethod("log", runtime.LevelInfo),
	consoleMethod("info", runtime.LevelInfo),
	consoleMethod("debug", runtime.LevelInfo),
	consoleMethod("trace", runtime.LevelInfo),
	consoleMethod("dir", runtime.LevelInfo),
	consoleMethod("warn", runtime.LevelWarn),
	consoleMethod("error", runtime.LevelError),
)

func loggerMethod(name, level string) method {
	return method{name: name, length: 1, call: func(e *Env, call goja.FunctionCall) goja.Value {
		e.Log(level, e.format(call.Arguments[:min(1, len(call.Arguments))]), e.logFields(call.Arguments))
		return goja.Undefined()
	}}
}

// logFields is the second argument as JSON, or all arguments but the first when there are more. What JSON
// cannot hold is shown as text.
func (e *Env) logFields(arguments []goja.Value) json.RawMessage {
	var fields goja.Value
	switch len(arguments) {
	case 0, 1:
		return nil
	case 2:
		fields = arguments[1]
	default:
		rest := make([]any, 0, len(arguments)-1)
		for _, argument := range arguments[1:] {
			rest = append(rest, argument)
		}
		fields = e.VM.NewArray(rest...)
	}
	if text, err := e.Stringify(fields); err == nil {
		return text
	}
	shown, _ := json.Marshal(e.inspect(fields))
	return shown
}

func consoleMethod(name, level string) method {
	return method{name: name, call: func(e *Env, call goja.FunctionCall) goja.Value {
		e.Log(level, e.format(call.Arguments), nil)
		return goja.Undefined()
	}}
}
