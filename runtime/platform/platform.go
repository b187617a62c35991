// Package platform is the contract of a chat platform: what its answers mean, and what a delivery does
// next. Chat platforms report failure inside HTTP 200, so the answer's own code is looked at before the
// status, and an answer without a code is no success.
package platform

import (
	"net/url"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime"
)

// Class is what an attempt came to.
type Class string

// The classes of outcomes.
const (
	Delivered Class = "delivered"
	Retryable Class = "retryable" // the same request may succeed later
	Permanent Class = "permanent" // it never will
)

// Need is what would make another attempt succeed. A sender that builds its request anew at every attempt
// acts on it; a request that is fixed cannot.
type Need string

// Needs.
const (
	NeedNothing   Need = ""
	NeedToken     Need = "token"     // a new access token
	NeedSignature Need = "signature" // a signature with a fresh timestamp
	NeedShorter   Need = "shorter"   // less text, or several messages
)

// Outcome is what an answer, or the lack of one, means: of Classify for a request that is fixed, of
// Target.Send for a message whose request is built anew.
type Outcome struct {
	Class      Class
	Code       string        // the platform's own code, http_STATUS, or a network code such as ECONNREFUSED
	Message    string        // what the platform says, or the network error; not redacted
	Meaning    string        // what that is in plain words
	Remedy     string        // what a person can do about it
	RetryAfter time.Duration // not before; 0 leaves it to the caller's backoff
	Ours       bool          // of RetryAfter: the platform did not ask for it, so others may be sent meanwhile
	Need       Need
	Missed     []string // recipients whom the message will not reach, each with what it is: "user zhang"
	Retry      []string // of a Retryable: the recipients who are left; the others have the message, or the piece under way. nil: all of them
	Pieces     Pieces   // what was delivered of a message that had to be cut
}

// Answer is what came back for one attempt.
type Answer struct {
	Host, Path string // of the URL that was asked for, before any rewrite; the host in lower case
	Status     int
	Header     []runtime.HeaderField // names in lower case
	Body       []byte
	Cut        bool      // Body is only the beginning of what came
	Tries      int       // attempts so far that the platform answered, this one among them
	At         time.Time // when it came; what dates in the header are compared with
}

// Platform knows the answers of one chat platform.
type Platform interface {
	Name() string
	// Serves reports whether host is the platform's.
	Serves(host string) bool
	// Classify tells what an answer of the platform means.
	Classify(a Answer) Outcome
	// Budgets returns the limits that a request to the platform has to keep.
	Budgets(req runtime.HTTPRequest) []Budget
}

// Set is the platforms that are known.
type Set []Platform

// Of returns the platform that address, a URL, belongs to, or nil.
func (s Set) Of(address string) Platform {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	return s.serving(strings.ToLower(u.Hostname()))
}

func (s Set) serving(host string) Platform {
	for _, p := range s {
		if p.Serves(host) {
			return p
		}
	}
	return nil
}

// Classify tells what the answer to a request for address means: address is the request's own URL, before
// redirects and rewrites. tries counts the attempts so far, this one among them.
func (s Set) Classify(address string, resp runtime.HTTPResponse, tries int, at time.Time) Outcome {
	a := answerTo(address, resp, tries, at)
	return classify(s.serving(a.Host), a)
}
