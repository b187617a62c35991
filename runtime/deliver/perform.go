package deliver

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
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

	Budgets  *egress.Budgets    // nil: nothing is bounded
	Types    []platform.Service // of notification services
	Services Services
	Tokens   *Tokens
	Dialer   Dialer
}

// Takes reports whether the job is performed here: a downlink is not when the organisation's network
// server fetches it.
func (h *HTTP) Takes(j *Job) bool {
	return j.Kind != KindDownlink || h.Orgs.DownlinkURL(j.Org) != ""
}

// Route is where a job goes: to a bot or app of a chat platform, or to the host of its organisation's.
func (h *HTTP) Route(j *Job) Route {
	switch j.Kind {
	case KindNotification:
		return h.notificationRoute(j)
	case KindRequest:
		u, err := url.Parse(j.Destination)
		if err != nil {
			break
		}
		if h.Platforms.Of(j.Destination) != nil {
			if r := h.platformRoute(j); r.Ordered {
				return r
			}
		}
		return Route{Destination: j.Org + "\n" + u.Host, Shown: u.Scheme + "://" + u.Host}
	case KindDownlink:
		return Route{Destination: j.Org + "\ndownlinks", Shown: secret.MaskURLs(h.Orgs.DownlinkURL(j.Org))}
	}
	return Route{Destination: j.Org + "\nlocal"}
}

// platformRoute is where a request to a chat platform goes. Without a budget it is like any other.
func (h *HTTP) platformRoute(j *Job) Route {
	if h.Budgets == nil {
		return Route{}
	}
	req, err := j.request()
	if err != nil {
		return Route{} // attempted, it says what is wrong
	}
	j.limits = h.Platforms.Budgets(req)
	budgets := h.own(j.Org, j.limits)
	if len(budgets) == 0 {
		return Route{}
	}
	return Route{Destination: j.Org + "\n" + budgets[0].Key, Shown: j.Destination, Budgets: budgets, Ordered: true}
}

// Perform makes one attempt, when the budget of the destination has room for it.
func (h *HTTP) Perform(ctx context.Context, jobs []*Job) Performed {
	if jobs[0].Kind == KindNotification {
		return h.performNotices(ctx, jobs)
	}
	budgets := h.own(jobs[0].Org, jobs[0].limits)
	if len(budgets) > 0 {
		slot, next, err := h.Budgets.Take(ctx, budgets)
		switch {
		case err != nil:
			slog.Error("a delivery waits: its use of a budget could not be stored", "delivery", jobs[0].ID, "error", err)
			return Performed{Wait: h.Now().Add(time.Second), Budgets: budgets}
		case slot == nil:
			return Performed{Wait: next, Budgets: budgets}
		}
		defer slot.Done()
	}
	return Performed{Attempts: []Attempt{h.Attempt(ctx, jobs[0])}, Budgets: budgets}
}

// Attempt makes one attempt at a job that is no notification.
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
		req, err := j.request()
		if err != nil {
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
	req.CutResponse = true // the status, or the code at the beginning, says what became of it
	resp, err := h.Client.Do(ctx, req, egress.All{egress.Hosts(h.Orgs.EgressHosts(j.Org)), params.Guard()})
	if err != nil {
		return attemptOf(platform.Failure(err), redact)
	}
	a := attemptOf(h.Platforms.Classify(req.URL, resp, j.answered()+1, h.Now()), redact)
	a.Status = resp.Status
	a.Reply = replyText(resp.Body, redact)
	return a
}

func attemptOf(o platform.Outcome, redact *secret.Redactor) Attempt {
	a := Attempt{Outcome: string(o.Class), RetryAfter: o.RetryAfter, Ours: o.Ours}
	switch {
	case o.Class != platform.Delivered:
		message := o.Message
		if o.Meaning != "" {
			message = strings.TrimSpace(o.Meaning + " " + message)
		}
		a.Error = &Error{Code: shorten(redact.String(o.Code), maxCode), Message: shorten(redact.String(message), maxMessage), Remedy: o.Remedy}
	case len(o.Missed) > 0:
		a.Error = &Error{Code: "partial", Message: shorten(redact.String("not reached: "+strings.Join(o.Missed, ", ")), maxMessage), Remedy: o.Remedy}
	}
	return a
}
