package platform

import "strings"

// Success is the outcome of an answer whose code says success. missed are the recipients that the
// platform could not reach.
func Success(a Answer, missed ...string) Outcome {
	if a.Status < 200 || a.Status > 299 {
		return HTTP(a)
	}
	return Partial(missed)
}

// Partial is the outcome of a message that was taken for all recipients but those missed.
func Partial(missed []string) Outcome {
	o := Outcome{Class: Delivered, Missed: missed}
	if len(missed) > 0 {
		o.Code = "partial"
		o.Message = short("not reached: " + strings.Join(missed, ", "))
		o.Meaning = "The message was taken, but some recipients did not get it."
		o.Remedy = "Check these recipients, and whether the app or bot may write to them."
	}
	return o
}

// unread is the outcome of an answer of a chat platform that is too large to be read whole: its code, if
// there is one, may stand behind what was read.
func unread(a Answer) Outcome {
	if a.Status < 200 || a.Status > 299 {
		return HTTP(a)
	}
	return NoCode.Outcome("answer_too_large", "the answer is larger than what is read of one", a.Tries)
}

// WithoutCode is the outcome of an answer that does not say whether it is a success.
func WithoutCode(a Answer) Outcome {
	if a.Status < 200 || a.Status > 299 {
		return HTTP(a)
	}
	return NoCode.Outcome("no_code", "the answer holds no result code", a.Tries)
}
