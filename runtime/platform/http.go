package platform

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime"
)

// HTTP classifies an answer by its status alone: 2xx is delivered, 408, 425, 429 and 5xx may succeed
// later, everything else never will.
func HTTP(a Answer) Outcome {
	if a.Status >= 200 && a.Status < 300 {
		return Outcome{Class: Delivered}
	}
	o := Outcome{
		Class:   Permanent,
		Code:    fmt.Sprintf("http_%d", a.Status),
		Message: strings.TrimSpace(fmt.Sprintf("%d %s", a.Status, http.StatusText(a.Status))),
		Meaning: "The server refuses the request.",
		Remedy:  statusRemedy(a.Status),
	}
	switch {
	case a.Status == http.StatusRequestTimeout, a.Status == http.StatusTooEarly, a.Status == http.StatusTooManyRequests, a.Status >= 500:
		o.Class, o.RetryAfter = Retryable, retryAfter(a)
		o.Meaning = "The server cannot take the request now."
	case a.Status >= 300 && a.Status < 400:
		o.Meaning = "The server points to another address, which was not followed."
	}
	return o
}

func statusRemedy(status int) string {
	switch {
	case status >= 300 && status < 400:
		return "Send the request to the address that the server names, or let it follow redirects (maxRedirects)."
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return "Check the credentials that the request carries, and what they allow."
	case status == http.StatusNotFound, status == http.StatusGone:
		return "Check the address: the server knows nothing there."
	case status == http.StatusMethodNotAllowed:
		return "Check the method: the server does not take it at this address."
	case status == http.StatusRequestEntityTooLarge:
		return "Send less: a shorter description or template, or less data in the script."
	case status == http.StatusTooManyRequests:
		return "Nothing; it is tried again. If it stays so, send less often."
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status >= 500:
		return "Nothing; it is tried again. If it stays so, ask whoever runs the server."
	default:
		return "Look at the answer, mend what it complains of in the notification service or in the script, then retry this delivery."
	}
}

// longestWait bounds what a destination may ask for.
const longestWait = time.Hour

// retryAfter reads the header Retry-After: seconds, or a date.
func retryAfter(a Answer) time.Duration {
	for _, f := range a.Header {
		if f.Name != "retry-after" {
			continue
		}
		value := strings.TrimSpace(f.Value)
		if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 {
			return time.Duration(min(seconds, longestWait.Seconds()) * float64(time.Second))
		}
		if date, err := http.ParseTime(value); err == nil {
			return min(max(date.Sub(a.At), 0), longestWait)
		}
	}
	return 0
}

// hopeless are network codes that another attempt of the same request does not change.
var hopeless = map[string]string{
	string(runtime.CodeEgressBlocked): "Ask the operator or an admin to allow the address, or send to another one.",
	"ERR_BAD_RESPONSE":                "The request was sent, but its compressed answer unfolds to more than is allowed: ask whoever runs the server.",
	"ERR_INVALID_URL":                 "Mend the URL in the notification service or in the script.",
	"ERR_FR_TOO_MANY_REDIRECTS":       "The server redirects in a circle or too often: check the address.",
	"ERR_FR_REDIRECTION_FAILURE":      "The server redirects to something that is no address: ask whoever runs it.",
}

// Failure classifies an attempt that got no answer.
func Failure(err error) Outcome {
	fetch, ok := errors.AsType[*runtime.FetchError](err)
	if !ok {
		return Outcome{Class: Retryable, Code: "ERR_NETWORK", Message: "the request failed", Meaning: "The request got no answer.", Remedy: remedies[Retry]}
	}
	o := Outcome{Class: Retryable, Code: fetch.Code, Message: fetch.Message, Meaning: meanings[fetch.Code], Remedy: "Nothing; it is tried again. If it stays so, check that the server can be reached from here."}
	if remedy, known := hopeless[fetch.Code]; known {
		o.Class, o.Remedy = Permanent, remedy
	}
	if o.Meaning == "" {
		o.Meaning = "The request got no answer."
	}
	return o
}

var meanings = map[string]string{
	string(runtime.CodeEgressBlocked): "Policy forbids this request.",
	"ERR_BAD_RESPONSE":                "The answer unfolds to more than is allowed.",
	"ECONNABORTED":                    "The server took too long.",
	"ETIMEDOUT":                       "The server did not answer in time.",
	"ECONNREFUSED":                    "Nothing listens at that address and port.",
	"ECONNRESET":                      "The server closed the connection without an answer.",
	"ENOTFOUND":                       "There is no host of that name.",
	"EAI_AGAIN":                       "The name servers did not answer.",
	"CERT_HAS_EXPIRED":                "The server's certificate has expired.",
	"ERR_TLS_CERT_ALTNAME_INVALID":    "The server's certificate is for another name.",
	"UNABLE_TO_VERIFY_LEAF_SIGNATURE": "The server's certificate is not signed by an authority that is trusted here.",
}
