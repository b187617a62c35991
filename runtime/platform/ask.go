package platform

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/secret"
)

// askTimeout bounds one request of an attempt.
const askTimeout = 15 * time.Second

// PostJSON is a POST of body as JSON to address. Redirects are not followed: they would carry an alert,
// and perhaps a credential, to a place that nobody chose.
func PostJSON(address string, body any, header ...runtime.HeaderField) runtime.HTTPRequest {
	return runtime.HTTPRequest{
		Method: http.MethodPost, URL: address, Body: EncodeJSON(body), Timeout: askTimeout, CutResponse: true,
		Header: append([]runtime.HeaderField{{Name: "Content-Type", Value: "application/json; charset=utf-8"}}, header...),
	}
}

// Get is a GET of address that follows no redirect.
func Get(address string) runtime.HTTPRequest {
	return runtime.HTTPRequest{Method: http.MethodGet, URL: address, Timeout: askTimeout, CutResponse: true}
}

// EncodeJSON is json.Marshal without escapes for HTML, which would make texts longer than they are
// counted. It is for values that always encode.
func EncodeJSON(v any) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("platform: %v", err))
	}
	return bytes.TrimSpace(out.Bytes())
}

// Ask performs a request of an attempt and returns what p makes of the answer, and the answer; without
// one, what the failure means. tries counts the attempts so far, this one among them.
func Ask(ctx context.Context, via Carrier, p Platform, req runtime.HTTPRequest, tries int) (Outcome, Answer) {
	resp, err := via.Do(ctx, req)
	if err != nil {
		return Failure(err), Answer{}
	}
	a := answerTo(req.URL, resp, tries, via.Now())
	return classify(p, a), a
}

// AskSigned is Ask for the request that signed makes with a signature of a time. When it is refused for its
// signature, it is made once more, with the platform's own time.
func AskSigned(ctx context.Context, via Carrier, p Platform, tries int, signed func(at time.Time) runtime.HTTPRequest) Outcome {
	o, answer := Ask(ctx, via, p, signed(via.Now()), tries)
	if o.Need == NeedSignature {
		o, _ = Ask(ctx, via, p, signed(answer.Clock(via.Now())), tries)
	}
	return o
}

func answerTo(address string, resp runtime.HTTPResponse, tries int, at time.Time) Answer {
	a := Answer{Status: resp.Status, Header: resp.Header, Body: resp.Body, Cut: resp.Cut, Tries: tries, At: at}
	if u, err := url.Parse(address); err == nil {
		a.Host, a.Path = strings.ToLower(u.Hostname()), u.Path
	}
	return a
}

// classify asks p, which may be nil, and heeds what the answer's header asks for.
func classify(p Platform, a Answer) Outcome {
	if p == nil {
		return HTTP(a)
	}
	o := p.Classify(a)
	if a.Cut {
		o = unread(a) // though what was read of it may look like a success
	}
	if o.Class == Retryable {
		if asked := retryAfter(a); asked > o.RetryAfter {
			o.RetryAfter, o.Ours = asked, false
		}
	}
	return o
}

// skewed is how far a clock may be off before a signature's timestamp is taken from the answer.
const skewed = time.Minute

// Clock is the time for a signature after one was refused in answer a: that of the platform, when it says
// and ours is off, or else now.
func (a Answer) Clock(now time.Time) time.Time {
	for _, f := range a.Header {
		if f.Name != "date" {
			continue
		}
		if theirs, err := http.ParseTime(f.Value); err == nil && theirs.Sub(now).Abs() > skewed {
			return theirs
		}
	}
	return now
}

// Advice is what a service's Target says to people when a request that was built anew was refused again.
type Advice struct{ Token, Sign string }

// Settle makes an outcome of Send's last request one that Send may return: nothing more is needed that
// Send could do, and its words carry none of secrets.
func (a Advice) Settle(o Outcome, secrets ...string) Outcome {
	switch o.Need {
	case NeedToken:
		o.Remedy = a.Token
	case NeedSignature:
		o.Remedy = a.Sign
	case NeedShorter:
		o.Remedy = "The text was split, and its pieces are refused too: shorten the alarm's description or the rule's template."
	}
	o.Need = NeedNothing
	redact := secret.NewRedactor(secrets)
	o.Code, o.Message = redact.String(o.Code), redact.String(o.Message)
	return o
}
