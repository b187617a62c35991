package runtime

import (
	"errors"
	"fmt"
)

// Code names the way in which a run failed. Codes are part of the HTTP and command line contract.
type Code string

// The codes of a failed run.
const (
	CodeScriptError     Code = "script_error"       // the script threw
	CodeCompileError    Code = "compile_error"      // the source is not JavaScript, or uses what is closed
	CodeTimeLimit       Code = "time_limit"         // CPU or wall time
	CodeMemoryLimit     Code = "memory_limit"       // Limits.Memory
	CodeStackLimit      Code = "stack_limit"        // Limits.CallDepth
	CodeSourceTooLarge  Code = "source_too_large"   // Limits.Source
	CodeInputTooLarge   Code = "input_too_large"    // Limits.Input
	CodeCompileLimit    Code = "compile_limit"      // Limits.Compile
	CodeResultTooLarge  Code = "result_too_large"   // Limits.Result
	CodeTooManyActions  Code = "too_many_actions"   // Limits.Actions
	CodeTooManyRequests Code = "too_many_requests"  // Limits.Requests
	CodeBadResult       Code = "bad_result"         // not JSON, or not what the kind returns
	CodeBadParams       Code = "bad_params"         // a parameter does not fit its declaration
	CodeNeverSettled    Code = "never_settled"      // a promise that nothing can settle any more
	CodeEgressBlocked   Code = "egress_blocked"     // a request that policy forbids
	CodeWorkerLost      Code = "worker_lost"        // the worker died under the run
	CodeScriptPaused    Code = "script_paused"      // its breaker is open
	CodeNoEntry         Code = "no_such_function"   // the parser has no such entry
	CodeHostUnavailable Code = "host_not_available" // the run was cancelled by its host
	CodeBusy            Code = "busy"               // too many runs of the organisation wait already
)

// Error is a failed run or a refused script. Line and Column are the author's own, from 1, and 0 when
// the failure has no place in the source.
type Error struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.Code, e.Message)
	}
	return fmt.Sprintf("%s: %s (line %d, column %d)", e.Code, e.Message, e.Line, e.Column)
}

// Errorf returns an *Error without a place.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// AsError returns the *Error that err is or wraps. Any other error becomes a script_error with its text.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Code: CodeScriptError, Message: err.Error()}
}
