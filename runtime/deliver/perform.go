package deliver

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/egress"
	"github.com/tripline/tripline/runtime/platform"
	"github.com/tripline/tripline/runtime/secret"
)

// Orgs knows what an attempt needs of an organisation.
type Orgs interface {
	OrgParams(ctx context.Context, org string) (*orgparams.Set, error)
	// EgressHosts are the hosts that may be reached; empty is any.
	EgressHosts(org string) []string
	// DownlinkURL is where downlinks are pushed; "" leaves them to be fetched.
	DownlinkURL(org string) string
}

// HTTP performs jobs: requests and pushed downlinks through the guarded client, local changes by saying
// what the store is to change.
type HTTP struct {
	Client    egress.Doer
	Orgs      Orgs
	Platforms platform.Set // whose answers are understood
	Now       func() time.Time
}

// Takes reports whether the job is performed here: a downlink is not when the organisation's network
// server fetches it.
func (h *HTTP) Takes(j *Job) bool {
	return j.Kind != KindDownlink || h.Orgs.DownlinkURL(j.Org) != ""
}

// Destination is the organisation and the host that the job goes to.
func (h *HTTP) Destination(j *Job) string {
	switch j.Kind {
	case KindRequest:
		if u, err := url.Parse(j.Destination); err == nil {
			return j.Org + "\n" + u.Host
		}
	case KindDownlink:
		return j.Org + "\ndownlinks"
	}
	return j.Org + "\nlocal"
}

// Attempt makes one attempt.
func (h *HTTP) Attempt(ctx context.Context, j *Job) Attempt {
	start := h.Now()
	a := h.attempt(ctx, j)
	a.At = start
	a.DurationMS = float64(h.Now().Sub(start).Microseconds()) / 1000
	return a
}

func (h *HTTP) attempt(ctx context.Context, j *Job) Attempt {
	switch j.Kind {
	case KindAttributes, KindAlarm:
		var change LocalChange
		if err := json.Unmarshal(j.Payload, &change); err != nil {
			return broken(err)
		}
		j.Local = &change
		return Attempt{Outcome: Delivered}
	case KindDownlink:
		if h.Orgs.DownlinkURL(j.Org) == "" { // it was taken away since the job was taken up
			return Attempt{Outcome: Transient, Error: &Error{Code: "not_pushed", Message: "the organisation has no downlink URL any more: the downlink waits to be fetched"}}
		}
		return h.request(ctx, j, h.downlink(j))
	default:
		var req runtime.HTTPRequest
		if err := json.Unmarshal(j.Payload, &req); err != nil {
			return broken(err)
		}
		return h.request(ctx, j, req)
	}
}

func broken(err error) Attempt {
	return Attempt{Outcome: Permanent, Error: &Error{Code: "bad_payload", Message: fmt.Sprintf("what is stored of this delivery cannot be read: %v", err)}}
}

// downlink is the request that pushes a downlink to the organisation's network server.
func (h *HTTP) downlink(j *Job) runtime.HTTPRequest {
	body, err := json.Marshal(struct {
		ID       string          `json:"id"`
		EUI      string          `json:"eui"`
		Downlink json.RawMessage `json:"downlink"`
	}{j.ID, j.EUI, j.Payload})
	if err != nil {
		body = j.Payload // it was JSON when it was stored
	}
	return runtime.HTTPRequest{
		Method: "POST", URL: h.Orgs.DownlinkURL(j.Org), Body: body, MaxRedirects: -1,
		Header: []runtime.HeaderField{{Name: "Content-Type", Value: "application/json"}, {Name: "Idempotency-Key", Value: j.ID}},
	}
}

func (h *HTTP) request(ctx context.Context, j *Job, req runtime.HTTPRequest) Attempt {
	params, err := h.Orgs.OrgParams(ctx, j.Org)
	if err != nil {
		return Attempt{Outcome: Transient, Error: &Error{Code: "internal", Message: err.Error()}}
	}
	redact := params.Redactor()
	resp, err := h.Client.Do(ctx, req, egress.All{egress.Hosts(h.Orgs.EgressHosts(j.Org)), params.Guard()})
	if err != nil {
		return attemptOf(platform.Failure(err), redact)
	}
	a := attemptOf(h.Platforms.Classify(req.URL, resp, j.Tries+1, h.Now()), redact)
	a.Status = resp.Status
	a.Reply = replyText(resp.Body, redact)
	return a
}

func attemptOf(o platform.Outcome, redact *secret.Redactor) Attempt {
	a := Attempt{Outcome: string(o.Class), RetryAfter: o.RetryAfter}
	switch {
	case o.Class != platform.Delivered:
		message := o.Message
		if o.Meaning != "" {
			message = strings.TrimSpace(o.Meaning + " " + message)
		}
		a.Error = &Error{Code: o.Code, Message: shorten(redact.String(message), maxMessage), Remedy: o.Remedy}
	case len(o.Missed) > 0:
		a.Error = &Error{Code: "partial", Message: shorten(redact.String("not reached: "+strings.Join(o.Missed, ", ")), maxMessage), Remedy: o.Remedy}
	}
	return a
}
