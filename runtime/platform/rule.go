package platform

import (
	"time"
	"unicode/utf8"
)

// Call is what an error code calls for.
type Call uint8

// Calls.
const (
	Retry   Call = iota // back off, then send the same again
	Token               // get a new token, then send once more
	Sign                // sign with a fresh timestamp, then send once more
	Shorten             // split or shorten, then send again
	GiveUp              // tell the operator
)

// Rule is what is known of one error code.
type Rule struct {
	Call    Call
	Meaning string        // in plain words
	Remedy  string        // "" for the one that the Call has
	After   time.Duration // of Retry: the wait after the first attempt, doubled after each one more
	Most    time.Duration // of Retry: where the doubling ends; 0 is After itself
	Tries   int           // of Retry: after so many attempts it is given up; 0 is never
	Ours    bool          // of After: nobody asked for that wait, see Outcome.Ours
}

// fewTries is how often a request is sent that a new token has not helped.
const fewTries = 3

// When nobody knows whether another attempt helps, these are made: it may be that the platform is in trouble,
// which lasts minutes. 15 s, 30 s, 1, 2, 4 and 5 minutes come between them, 12 min 45 s in all.
const (
	doubtfulTries = 7
	doubtfulAfter = 15 * time.Second
	doubtfulMost  = 5 * time.Minute
)

// Unknown is the rule for a code that no table has.
var Unknown = Rule{Call: Retry, Tries: doubtfulTries, After: doubtfulAfter, Most: doubtfulMost, Ours: true, Meaning: "The platform reports an error that Tripline does not know.",
	Remedy: "Look the code up in the platform's documentation, then retry this delivery."}

// NoCode is the rule for an answer of a chat platform that does not say whether it succeeded: a block page,
// or a proxy in trouble.
var NoCode = Rule{Call: Retry, Tries: doubtfulTries, After: doubtfulAfter, Most: doubtfulMost, Ours: true, Meaning: "The answer does not say whether the message was taken.",
	Remedy: "Look at the answer: something between here and the platform, such as a proxy or a block page, may have made it."}

// remedies are what a Call advises where a rule does not. The requests of actions are fixed when the
// script returns them, so what would need another request is the script's to do.
var remedies = map[Call]string{
	Retry:   "Nothing; it is tried again.",
	Token:   "The token is part of the request and cannot be replaced here: let the script fetch a new one, and cache it for less than its lifetime.",
	Sign:    "The signature is part of the request and went stale, or the secret or the clock is wrong: let the script sign anew, and check the secret.",
	Shorten: "Let the script send less text, or several messages. Limits count bytes of UTF-8: one Chinese character is three.",
	GiveUp:  "Mend the cause, then retry this delivery.",
}

// Outcome applies r to an attempt that a platform answered with code and message.
func (r Rule) Outcome(code, message string, tries int) Outcome {
	o := Outcome{Class: Permanent, Code: code, Message: short(message), Meaning: r.Meaning, Remedy: r.Remedy}
	if o.Remedy == "" {
		o.Remedy = remedies[r.Call]
	}
	switch r.Call {
	case Retry:
		if r.Tries == 0 || tries < r.Tries {
			o.Class, o.RetryAfter, o.Ours = Retryable, r.wait(tries), r.Ours
		}
	case Token:
		o.Need = NeedToken
		if tries < fewTries {
			o.Class = Retryable // platforms end tokens early and take them back; a fixed request gets its chance
		}
	case Sign:
		o.Need = NeedSignature
	case Shorten:
		o.Need = NeedShorter
	}
	return o
}

func (r Rule) wait(tries int) time.Duration {
	wait := r.After << min(max(tries-1, 0), 16)
	return min(wait, max(r.Most, r.After))
}

// longestMessage bounds a platform's words, in bytes. Whoever shows them masks secrets first and shortens
// them afterwards: a secret that was cut is no longer found.
const longestMessage = 16 << 10

func short(s string) string {
	if len(s) <= longestMessage {
		return s
	}
	cut := longestMessage
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
