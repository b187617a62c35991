package breaker_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/breaker"
	"github.com/tripline/tripline/runtime/engine"
)

const (
	endless = "while (true) {}"
	throws  = "throw new Error('no')"
	good    = "return null"
)

var quick = breaker.Settings{Window: time.Minute, Limits: 3, Share: 0.5, Pause: 50 * time.Millisecond}

func newSandbox(s breaker.Settings) *breaker.Sandbox {
	limits := runtime.DefaultLimits()
	limits.CPU = 5 * time.Millisecond
	return breaker.New(engine.New(limits), s)
}

func script(source string) runtime.Script {
	return runtime.Script{Kind: runtime.KindRPC, Name: "s", Source: source}
}

// run returns the code that the run ended with, "" for none.
func run(t *testing.T, s *breaker.Sandbox, org, source string) runtime.Code {
	t.Helper()
	_, err := s.Run(context.Background(), runtime.Invocation{Org: org, Script: script(source)})
	if e, ok := errors.AsType[*runtime.Error](err); ok {
		return e.Code
	}
	if err != nil {
		t.Fatal(err)
	}
	return ""
}

func TestPausesWhatKeepsReachingLimits(t *testing.T) {
	slow := quick
	slow.Pause = time.Hour
	s := newSandbox(slow)
	for range 3 {
		if code := run(t, s, "a", endless); code != runtime.CodeTimeLimit {
			t.Fatalf("code %q before the pause", code)
		}
	}
	if code := run(t, s, "a", endless); code != runtime.CodeScriptPaused {
		t.Fatalf("code %q after three limits", code)
	}
	pause, ok := s.Paused("a", script(endless))
	if !ok || pause.Code != runtime.CodeTimeLimit || pause.Until.Sub(pause.Since) != time.Hour {
		t.Errorf("pause %+v, %v", pause, ok)
	}
	if code := run(t, s, "b", endless); code != runtime.CodeTimeLimit {
		t.Errorf("another organisation's run: %q", code)
	}
	if code := run(t, s, "a", good); code != "" {
		t.Errorf("a changed script's run: %q", code)
	}
	if !s.Resume("a", script(endless)) {
		t.Error("it was not paused")
	}
	if code := run(t, s, "a", endless); code != runtime.CodeTimeLimit {
		t.Errorf("after it was resumed: %q", code)
	}
}

func TestExceptionsPauseNothing(t *testing.T) {
	s := newSandbox(quick)
	for range 20 {
		if code := run(t, s, "a", throws); code != runtime.CodeScriptError {
			t.Fatalf("code %q", code)
		}
	}
	if _, ok := s.Paused("a", script(throws)); ok {
		t.Error("paused")
	}
}

func TestTriesAgainByItself(t *testing.T) {
	s := newSandbox(quick)
	// One text, good or bad by its input: the version stays the same.
	source := "if (params.bad) while (true) {} return null"
	try := func(params string) error {
		_, err := s.Run(context.Background(), runtime.Invocation{Org: "a", Script: script(source), Input: runtime.Input{Params: []byte(params)}})
		return err
	}
	for range 3 {
		if try(`{"bad":true}`) == nil {
			t.Fatal("it ended by itself")
		}
	}
	if e := runtime.AsError(try(`{}`)); e == nil || e.Code != runtime.CodeScriptPaused {
		t.Fatalf("not paused: %v", e)
	}
	for deadline := time.Now().Add(5 * time.Second); try(`{}`) != nil; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it was not tried again")
		}
	}
	if _, ok := s.Paused("a", script(source)); ok {
		t.Error("still shown as paused")
	}
}
