package platform

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
)

func TestRetryAfter(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"7": 7 * time.Second, " 1.5 ": 1500 * time.Millisecond, "1e99": time.Hour, "-5": 0, "soon": 0, "": 0,
		"Fri, 02 Jan 2026 03:05:05 GMT": time.Minute, "Fri, 02 Jan 2026 03:00:00 GMT": 0, "Fri, 02 Jan 2099 03:00:00 GMT": time.Hour,
	} {
		resp := runtime.HTTPResponse{Status: 429, Header: []runtime.HeaderField{{Name: "retry-after", Value: value}}}
		if o := (Set{}).Classify("https://h/", resp, 1, at); o.RetryAfter != want || o.Class != Retryable {
			t.Errorf("%q: %v", value, o.RetryAfter)
		}
	}
}

func TestFailure(t *testing.T) {
	for code, want := range map[string]Class{
		"egress_blocked": Permanent, "ERR_INVALID_URL": Permanent, "ERR_FR_TOO_MANY_REDIRECTS": Permanent,
		"ECONNABORTED": Retryable, "ECONNREFUSED": Retryable, "ECONNRESET": Retryable, "ENOTFOUND": Retryable, "ETIMEDOUT": Retryable, "EPROTO": Retryable,
	} {
		o := Failure(&runtime.FetchError{Code: code, Message: "m"})
		if o.Class != want || o.Code != code || o.Message != "m" || o.Meaning == "" || o.Remedy == "" {
			t.Errorf("%s: %+v", code, o)
		}
	}
	if o := Failure(errors.New("https://h/?key=hunter2")); o.Class != Retryable || strings.Contains(o.Message, "hunter2") {
		t.Errorf("%+v", o)
	}
}

func TestWaitsDouble(t *testing.T) {
	rule := Rule{Call: Retry, After: time.Minute, Most: 10 * time.Minute}
	for tries, want := range map[int]time.Duration{1: time.Minute, 2: 2 * time.Minute, 4: 8 * time.Minute, 5: 10 * time.Minute, 500: 10 * time.Minute} {
		if got := rule.Outcome("1", "", tries).RetryAfter; got != want {
			t.Errorf("attempt %d: %v", tries, got)
		}
	}
}

func TestMessagesAreCutBetweenCharacters(t *testing.T) {
	o := Unknown.Outcome("1", strings.Repeat("温", 400), 1)
	if len(o.Message) > longestMessage+len("…") || strings.ContainsRune(o.Message, '\uFFFD') {
		t.Errorf("%d bytes: %q", len(o.Message), o.Message)
	}
}
