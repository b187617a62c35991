package worker

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/tripline/tripline/runtime"
)

// sealed is one frame as bytes.
func sealed(t testing.TB, k kind, write func(*frame)) []byte {
	t.Helper()
	var f frame
	f.reset(k)
	write(&f)
	text, err := f.seal(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(text)
}

// bodyOf is what a reader gets of one frame.
func bodyOf(t *testing.T, text []byte) fields {
	t.Helper()
	_, body, err := newChannel(bytes.NewReader(text), 1<<20).read()
	if err != nil {
		t.Fatal(err)
	}
	return fields{rest: body}
}

func TestMessages(t *testing.T) {
	source := "return 1"
	for _, s := range []script{{id: 7, kind: runtime.KindRPC, name: "a"}, {kind: "odd", source: &source}} {
		f := bodyOf(t, sealed(t, frameRun, func(f *frame) { f.script(s) }))
		same(t, s, f.script(), f.done())
	}
	inv := runtime.Invocation{
		Entry: "decodeUplink", Now: time.Unix(1790000000, 5).UTC(), Seed: 1 << 63,
		Input: runtime.Input{Device: json.RawMessage(`{"a":1}`), Params: json.RawMessage{}, Context: json.RawMessage(`[]`), ThingModelID: "t"},
	}
	f := bodyOf(t, sealed(t, frameRun, func(f *frame) { f.invocation(&inv, 2) }))
	got, limits, host := f.invocation(3)
	same(t, inv, got, f.done())
	if host || limits != 2 || got.Input.Alarms != nil || got.Input.Params == nil {
		t.Errorf("limits %d, host %v, alarms %v, params %v", limits, host, got.Input.Alarms, got.Input.Params)
	}
	for _, o := range []outcome{
		{},
		{result: runtime.Result{Value: json.RawMessage("1"), Context: json.RawMessage("[]"), CPU: 3, Wall: 4, Logs: []runtime.LogEntry{
			{Time: time.Unix(1, 2).UTC(), Level: "info", Text: "a", Fields: json.RawMessage("{}")}, {Level: "warn"}}}, worn: true},
		{err: &runtime.Error{Code: runtime.CodeScriptError, Message: "no", Line: 3, Column: 4}},
	} {
		f := bodyOf(t, sealed(t, frameResult, func(f *frame) { f.outcome(&o) }))
		same(t, o, f.outcome(), f.done())
	}
	for _, c := range []call{
		{id: 1, method: methodFetch, request: runtime.HTTPRequest{Method: "POST", URL: "https://a", Header: []runtime.HeaderField{{Name: "A", Value: "b"}},
			Body: []byte("x"), Timeout: time.Second, MaxRedirects: -1, MaxResponseBytes: 9, NoDecompress: true}},
		{id: 2, method: methodCacheSet, key: "k", value: json.RawMessage("1"), ttl: time.Minute},
	} {
		f := bodyOf(t, sealed(t, frameCall, func(f *frame) { f.call(&c) }))
		same(t, c, f.call(), f.done())
	}
	r := reply{id: 3, code: "E", failure: "f", value: json.RawMessage("2"), response: runtime.HTTPResponse{Status: 200, StatusText: "OK",
		Header: []runtime.HeaderField{{Name: "a", Value: "b"}}, Body: []byte{}, URL: "https://b"}}
	f = bodyOf(t, sealed(t, frameReply, func(f *frame) { f.reply(&r) }))
	same(t, r, f.reply(), f.done())
}

func same(t *testing.T, want, got any, err error) {
	t.Helper()
	if err != nil || !reflect.DeepEqual(want, got) {
		t.Errorf("%+v %v, want %+v", got, err, want)
	}
}

func TestChannelReadsInPieces(t *testing.T) {
	var text []byte
	for n := range 40 {
		text = append(text, sealed(t, frameReply, func(f *frame) { f.bytes(bytes.Repeat([]byte{byte(n)}, n*1000)) })...)
	}
	for name, stream := range map[string]io.Reader{"at once": bytes.NewReader(text), "byte by byte": iotest.OneByteReader(bytes.NewReader(text))} {
		c := newChannel(stream, 1<<20)
		for n := range 40 {
			k, body, err := c.read()
			f := fields{rest: body}
			if got := f.bytes(); err != nil || k != frameReply || len(got) != n*1000 || n > 0 && got[len(got)-1] != byte(n) {
				t.Fatalf("%s: frame %d: %v %d bytes %v", name, n, k, len(got), err)
			}
		}
		if _, _, err := c.read(); err != io.EOF {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFrameCaps(t *testing.T) {
	var f frame
	f.reset(frameRun)
	f.buf = append(f.buf, make([]byte, 101)...)
	if _, err := f.seal(100); !errors.Is(err, errTooLarge) {
		t.Errorf("%v", err)
	}
	text, err := f.seal(101)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := newChannel(bytes.NewReader(text), 100).read(); !errors.Is(err, errTooLarge) {
		t.Errorf("%v", err)
	}
	if _, _, err := newChannel(bytes.NewReader(text[:50]), 101).read(); err != io.ErrUnexpectedEOF {
		t.Errorf("%v", err)
	}
	// A header alone does not make its reader allocate what it announces.
	huge := append([]byte{byte(frameResult)}, 0xff, 0xff, 0xff, 0)
	c := newChannel(bytes.NewReader(huge), 1<<30)
	if _, _, err := c.read(); err != io.ErrUnexpectedEOF || len(c.buf) > 1<<20 {
		t.Errorf("%v, %d bytes", err, len(c.buf))
	}
}

func TestLastWords(t *testing.T) {
	before := sealed(t, framePark, func(*frame) {})
	for _, said := range []string{"fatal error: out of memory\n", "\nruntime: goroutine stack exceeds 33554432-byte limit\n", "panic: " + strings.Repeat("x", 1<<20)} {
		c := newChannel(io.MultiReader(bytes.NewReader(before), strings.NewReader(said)), 1<<20)
		if k, _, err := c.read(); err != nil || k != framePark {
			t.Fatalf("%v %v", k, err)
		}
		_, _, err := c.read()
		words, ok := errors.AsType[lastWords](err)
		if !ok || !strings.HasPrefix(said, string(words)) || len(words) < min(len(said), maxLastWords) || len(words) > 2*firstBuffer {
			t.Errorf("%T %.100v", err, err)
		}
	}
}

// No frame, however wrong, makes its reader panic, allocate without bounds or accept what is left over.
func FuzzFrames(f *testing.F) {
	for _, text := range [][]byte{
		sealed(f, frameResult, func(f *frame) {
			f.outcome(&outcome{err: &runtime.Error{Code: "a", Message: "b"}, result: runtime.Result{Logs: []runtime.LogEntry{{Text: "x"}}}})
		}),
		sealed(f, frameCall, func(f *frame) {
			f.call(&call{request: runtime.HTTPRequest{Header: []runtime.HeaderField{{Name: "a"}}}})
		}),
		sealed(f, frameReply, func(f *frame) { f.reply(&reply{id: 1}) }),
		sealed(f, frameRun, func(f *frame) { f.script(script{}); f.invocation(&runtime.Invocation{}, 0) }),
		binary.LittleEndian.AppendUint32([]byte{byte(frameReply)}, 1<<31), []byte("fatal error: x"),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c := newChannel(iotest.HalfReader(bytes.NewReader(text)), 1<<16)
		for {
			k, body, err := c.read()
			if err != nil {
				return
			}
			if len(body) > 1<<16 {
				t.Fatalf("%d bytes", len(body))
			}
			for name, take := range map[string]func(*fields){
				"outcome":    func(f *fields) { f.outcome() },
				"call":       func(f *fields) { f.call() },
				"reply":      func(f *fields) { f.reply() },
				"invocation": func(f *fields) { f.script(); f.invocation(1) },
			} {
				rest := fields{rest: body}
				take(&rest)
				if rest.done() == nil && len(rest.rest) > 0 {
					t.Fatalf("%s of frame %d leaves %d bytes", name, k, len(rest.rest))
				}
			}
		}
	})
}
