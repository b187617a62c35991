package store_test

import (
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/server/store"
)

// The name of a script that does not exist is its caller's text: it is kept nowhere as the name of one.
func TestOnlyScriptsThatExistAreUsed(t *testing.T) {
	s := openForScripts(t)
	now := time.Now()
	s.Used(&dispatch.Execution{ID: "x", Org: "o", Runs: []dispatch.Run{
		{Kind: runtime.KindTrigger, Script: "t", StartedAt: now},
		{Kind: runtime.KindRPC, Script: "fails", StartedAt: now, Error: runtime.Errorf(runtime.CodeScriptError, "no")},
		{Kind: runtime.KindRPC, Script: "nobody", StartedAt: now, Error: runtime.Errorf(dispatch.CodeNoMethod, "there is none")},
		{Kind: runtime.KindRPC, Script: "nowhere", StartedAt: now, Error: runtime.Errorf(dispatch.CodeNoDevice, "there is none")},
	}})
	uses := s.ScriptUses("o")
	if failed := uses[store.ScriptKey{Kind: runtime.KindRPC, Name: "fails"}]; len(uses) != 2 || failed.LastError == nil || failed.LastError.Message != "no" {
		t.Errorf("used are %+v", uses)
	}
}
