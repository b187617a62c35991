// Package runtime is the contract between a host and the sandbox that runs its scripts: what a run is
// given (Invocation), what comes out (Result), what it may use (Limits) and how it fails (Error).
//
// It knows no JavaScript engine, no database and no HTTP. A Go program imports it together with
// runtime/engine, whose New returns a Sandbox that runs scripts in the program's own process.
package runtime

import (
	"context"
	"encoding/json"
	"time"
)

// Kind is what a script is for. It decides the function that the sandbox looks for, the arguments that
// this function gets and the globals that a bare body sees.
type Kind string

// The kinds of scripts.
const (
	KindTrigger Kind = "trigger" // trigger_script(device, thingModelId), synchronous
	KindRPC     Kind = "rpc"     // rpc_script({ device, params, … }), plain or async
	KindParser  Kind = "parser"  // payload_parser({ device, msg, … }) and the codec forms of network servers
)

// Kinds lists every kind, in the order in which one uplink meets them.
var Kinds = []Kind{KindParser, KindTrigger, KindRPC}

// Valid reports whether k is one of Kinds.
func (k Kind) Valid() bool { return k == KindTrigger || k == KindRPC || k == KindParser }

// Script is a source text together with what it is for.
type Script struct {
	Kind   Kind
	Name   string // shown in errors and logs; may be empty in a dry run
	Source string // JavaScript, at most Limits.Source bytes of UTF-8
}

// Input is what a script sees, each part as the JSON text of one value. A nil part is undefined in the
// script. The sandbox copies: nothing that the script does to its inputs is seen outside.
type Input struct {
	Device       json.RawMessage // { eui, name, device_type, …, telemetry_data }
	Params       json.RawMessage // the call's parameters, defaults already filled in
	Alarms       json.RawMessage // active alarms by alarm_name
	OrgParams    json.RawMessage // what this script was granted, decrypted
	Msg          json.RawMessage // a parser's uplink in AS form
	NoticeAttrs  json.RawMessage // a parser's noticeAttrs
	Payload      json.RawMessage // a parser's TS013 input { bytes, fPort, … }
	ReceivedAt   time.Time       // becomes the Date recvTime of Payload; zero leaves that as it is
	Context      json.RawMessage // a driver's state from uplink to uplink, an array
	ThingModelID string          // the thing model whose telemetry the uplink carried
}

// Invocation is one run of one script.
type Invocation struct {
	Org    string // the organisation that pays for the run
	Script Script
	Entry  string // which function of a parser is wanted, "" for the kind's own
	Input  Input
	Now    time.Time // freezes the script's clock; zero leaves it running
	Seed   uint64    // what Math.random follows while the clock is frozen
	Host   Host      // serves await axios and cache; nil refuses both
}

// Host does for a running script what reaches outside its realm. Calls may block; the sandbox makes them
// off the script's own goroutine and cancels ctx when the run is over.
type Host interface {
	// Fetch performs one HTTP request. A nil error means that an answer came, whatever its status.
	// An error that is a *FetchError rejects the script's promise with that code.
	Fetch(ctx context.Context, req HTTPRequest) (HTTPResponse, error)
	// CacheGet returns the JSON text stored under key, or nil.
	CacheGet(ctx context.Context, key string) (json.RawMessage, error)
	// CacheSet stores the JSON text value under key for ttl.
	CacheSet(ctx context.Context, key string, value json.RawMessage, ttl time.Duration) error
	// CacheLock makes the caller the only one who computes key until unlock is called; others wait.
	CacheLock(ctx context.Context, key string) (unlock func(), err error)
}

// HTTPRequest is a request as a script asked for it, ready for the wire.
type HTTPRequest struct {
	Method           string
	URL              string // absolute, parameters included
	Header           []HeaderField
	Body             []byte
	Timeout          time.Duration // of the whole exchange; 0 leaves it to the host
	MaxRedirects     int           // -1 for axios's default
	MaxResponseBytes int64         // after decompression; 0 leaves it to the host
	NoDecompress     bool          // axios's decompress: false

	// CutResponse has a body that is larger, and not compressed, cut in place of an error: for those who need the status. The
	// host asks for it, scripts cannot.
	CutResponse bool `json:"-"`
}

// HeaderField is one header line. A slice of them keeps the order in which a script gave them.
type HeaderField struct{ Name, Value string }

// HTTPResponse is the answer to an HTTPRequest.
type HTTPResponse struct {
	Status     int
	StatusText string
	Header     []HeaderField // names in lower case, as Node gives them
	Body       []byte        // decompressed
	URL        string        // after redirects
	Cut        bool          // the body is only the beginning of what came
}

// FetchError says why a request got no answer, in the codes that Node and axios use (ECONNABORTED,
// ENOTFOUND, ECONNREFUSED, …) or with CodeEgressBlocked. Its text never carries a credential.
type FetchError struct {
	Code    string
	Message string
}

func (e *FetchError) Error() string { return e.Message }

// Log levels of a LogEntry.
const (
	LevelInfo  = "info"
	LevelWarn  = "warn"
	LevelError = "error"
)

// LogEntry is one line that a script logged.
type LogEntry struct {
	Time   time.Time       `json:"time"`
	Level  string          `json:"level"` // LevelInfo, LevelWarn or LevelError
	Text   string          `json:"text"`
	Fields json.RawMessage `json:"fields,omitempty"` // the second argument as JSON
}

// Result is what came out of a run. Logs, CPU and Wall are filled in for a failed run too.
type Result struct {
	Value   json.RawMessage // what the script returned as JSON; nil for null and undefined
	Context json.RawMessage // a driver's state after the run; nil when there is none
	Called  string          // the function of the script that was called; "" for a body
	Logs    []LogEntry
	CPU     time.Duration // spent in the script itself, all slices between awaits together
	Wall    time.Duration
}

// Sandbox runs scripts. It is safe for concurrent use.
type Sandbox interface {
	// Check compiles a script without running it. The error is an *Error with a line and a column.
	Check(ctx context.Context, s Script) error
	// Run runs a script once in a realm of its own. The error is an *Error; Result holds what is known
	// of the run in either case.
	Run(ctx context.Context, inv Invocation) (Result, error)
}
