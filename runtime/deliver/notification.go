package deliver

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime/notify"
	"github.com/tripline/tripline/runtime/platform"
	"github.com/tripline/tripline/runtime/secret"
)

// Services knows the notification services of organisations.
type Services interface {
	// Service returns a notification service as it is now, and whether there is one.
	Service(org, name string) (notify.Service, bool)
}

// settingsWait is how long a notice waits when its service's settings cannot be used as they are.
const settingsWait = 5 * time.Minute

// notice is one job of those that are performed together.
type notice struct {
	Notification
	job *Job
}

// sending is an attempt at one message, which tells people of one or several notices.
type sending struct {
	*HTTP
	org     string
	target  platform.Target
	budgets []platform.Budget
	redact  *secret.Redactor
	notices []notice // that the message finishes; of a message of parts the one that it is about
	message platform.Message
	part    int // from 0
	parts   int
	last    bool // nothing is left of the notices when it is delivered

	answered bool // the platform itself refused it
}

// notificationRoute is where a notice goes.
func (h *HTTP) notificationRoute(j *Job) Route {
	var n Notification
	if err := json.Unmarshal(j.Payload, &n); err != nil {
		return Route{Destination: j.Org + "\nlocal"} // attempted, it says what is wrong
	}
	r := Route{Destination: strings.Join([]string{j.Org, "service", n.Service, n.Target}, "\n"), Shown: j.Destination, Service: n.Service, Target: n.Target}
	if _, target, wrong := h.target(j.Org, n); wrong == nil {
		r.Shown, r.Target = target.Destination(), target.Name()
		r.Budgets = h.own(j.Org, target.Budgets())
	}
	if len(r.Budgets) > 0 {
		r.Ordered, r.Merges = true, true
		r.Destination += "\nline"
	}
	return r
}

// own returns budgets as they are for an organisation.
func (h *HTTP) own(org string, budgets []platform.Budget) []platform.Budget {
	if h.Budgets == nil {
		return nil
	}
	return h.Budgets.Own(org, budgets)
}

// target finds where a notice goes, or the attempt that says why it goes nowhere.
func (h *HTTP) target(org string, n Notification) (notify.Service, platform.Target, *Attempt) {
	service, found := h.Services.Service(org, n.Service)
	if !found {
		return service, nil, &Attempt{Outcome: Permanent, Error: &Error{
			Code: "service_gone", Message: fmt.Sprintf("there is no notification service %q any more", n.Service),
			Remedy: "Make a service of that name, then retry this delivery; or name another one in the rule or in the alarm.",
		}}
	}
	if service.Broken != nil {
		return service, nil, &Attempt{Outcome: Transient, RetryAfter: settingsWait, Refused: true, Error: &Error{
			Code: "bad_settings", Message: fmt.Sprintf("the settings of the notification service %q cannot be used: %v", n.Service, service.Broken),
			Remedy: "Mend the service's settings; what waits is then sent by itself.",
		}}
	}
	target, found := service.Target(n.Target)
	if !found {
		return service, nil, &Attempt{Outcome: Permanent, Error: &Error{
			Code: "target_gone", Message: fmt.Sprintf("the target %q was deleted from the notification service %q", n.Target, n.Service),
			Remedy: "Nothing, if it was meant to go: new alarms go to the targets that the service has now. Otherwise make a target of that name in the service, then retry this delivery.",
		}}
	}
	return service, target, nil
}

// performNotices makes one attempt at a message of the first notice, or of a digest of it and those that
// follow.
func (h *HTTP) performNotices(ctx context.Context, jobs []*Job) Performed {
	s, performed := h.compose(ctx, jobs)
	if s == nil {
		return performed
	}
	if len(s.budgets) > 0 {
		slot, next, err := h.Budgets.Take(ctx, s.budgets)
		switch {
		case err != nil:
			return Performed{Wait: h.Now().Add(time.Second), Budgets: s.budgets}
		case slot == nil:
			return Performed{Wait: next, Budgets: s.budgets}
		}
		defer slot.Done()
	}
	start := h.Now()
	via := &carrier{HTTP: h, org: s.org, budgets: s.budgets, hosts: h.Orgs.EgressHosts(s.org)}
	outcome := s.target.Send(ctx, s.message, via)
	s.redact = s.redact.With(via.seen()...)
	s.answered = refusedByPlatform(via.status, outcome.Code)
	attempts := s.attempts(outcome)
	for i := range attempts {
		attempts[i].At, attempts[i].DurationMS = start, float64(h.Now().Sub(start).Microseconds())/1000
		attempts[i].Status, attempts[i].Reply = via.status, replyText(via.reply, s.redact)
	}
	return Performed{Attempts: attempts, Budgets: s.budgets}
}

// compose finds out what to send next. It returns nil when nothing can be sent, and what comes of that.
func (h *HTTP) compose(ctx context.Context, jobs []*Job) (*sending, Performed) {
	notices, err := readNotices(jobs)
	if err != nil {
		return nil, h.without(broken(err))
	}
	org := jobs[0].Org
	service, target, wrong := h.target(org, notices[0].Notification)
	if wrong != nil {
		return nil, h.without(*wrong)
	}
	params, err := h.Orgs.OrgParams(ctx, org)
	if err != nil {
		return nil, h.without(Attempt{Outcome: Transient, Error: &Error{Code: "internal", Message: err.Error()}})
	}
	s := &sending{HTTP: h, org: org, target: target, budgets: h.own(org, target.Budgets())}
	s.redact = params.Redactor().With(h.secretsOf(service)...)
	if !s.digest(notices) {
		s.next(notices[0])
	}
	return s, Performed{}
}

// without is an attempt at which nothing was sent.
func (h *HTTP) without(a Attempt) Performed {
	a.At = h.Now()
	return Performed{Attempts: []Attempt{a}}
}

// secretsOf returns the secrets in a service's settings.
func (h *HTTP) secretsOf(service notify.Service) []string {
	for _, known := range h.Types {
		if known.Type() == service.Type {
			return known.Settings().Secrets(service.Settings)
		}
	}
	return nil
}

// readNotices reads the payload of the first job, and of those that may go with it.
func readNotices(jobs []*Job) (notices []notice, err error) {
	for i, j := range jobs {
		n := notice{job: j}
		if err := json.Unmarshal(j.Payload, &n.Notification); err != nil {
			if i == 0 {
				return nil, err
			}
			break
		}
		if i > 0 && (n.Progress.begun() || n.Service != notices[0].Service || n.Target != notices[0].Target) {
			break
		}
		notices = append(notices, n)
	}
	return notices, nil
}

// digest composes one message of several notices, as many as fit. It reports whether there is one.
func (s *sending) digest(notices []notice) bool {
	if len(notices) < 2 || notices[0].Progress.begun() {
		return false
	}
	all := make([]platform.Notice, len(notices))
	tries := 0
	for i, n := range notices {
		all[i] = n.Notice
		tries = max(tries, n.Progress.Tries)
	}
	first := s.target.Compose(all)[0]
	if first.Finishes < 2 {
		return false
	}
	s.message, s.notices, s.parts, s.last = first, notices[:first.Finishes], 1, true
	s.message.Tries = tries + 1
	return true
}

// next composes the first message of a notice that was not delivered yet.
func (s *sending) next(n notice) {
	messages := s.target.Compose([]platform.Notice{n.Notice})
	s.notices, s.parts = []notice{n}, len(messages)
	open := -1
	for i, m := range messages {
		if slices.Contains(n.Progress.Sent, m.ID) {
			continue
		}
		if open >= 0 {
			return // there is another one behind it
		}
		open, s.message, s.part = i, m, i
		s.message.Tries, s.message.Pieces = n.Progress.Tries+1, n.Progress.Pieces
		if len(n.Progress.Left) > 0 {
			s.message.Recipients = n.Progress.Left
		}
	}
	if open < 0 { // after a change of the settings all of it may have been delivered already: the last again
		s.part = len(messages) - 1
		s.message = messages[s.part]
		s.message.Tries = n.Progress.Tries + 1
	}
	s.last = true
}

// attempts says what an outcome means for each of the notices.
func (s *sending) attempts(o platform.Outcome) []Attempt {
	out := make([]Attempt, len(s.notices))
	for i, n := range s.notices {
		out[i] = s.attempt(n.Notification, o)
	}
	return out
}

func (s *sending) attempt(n Notification, o platform.Outcome) Attempt {
	a := attemptOf(o, s.redact)
	if s.parts > 1 {
		a.Part = fmt.Sprintf("%d/%d", s.part+1, s.parts)
	}
	if len(s.notices) > 1 {
		a.Merged = len(s.notices)
	}
	if s.answered {
		n.Progress.Tries++
	}
	n.Progress.Pieces = o.Pieces
	for _, missed := range o.Missed {
		if !slices.Contains(n.Progress.Missed, missed) {
			n.Progress.Missed = append(n.Progress.Missed, missed)
		}
	}
	switch {
	case o.Class == platform.Delivered:
		n.Progress.Sent, n.Progress.Left, n.Progress.Tries = append(n.Progress.Sent, s.message.ID), nil, 0
		n.Progress.Pieces = platform.Pieces{}
		a.Unfinished = !s.last
		if s.last && len(n.Progress.Missed) > 0 {
			a.Error = &Error{Code: "partial", Message: shorten(s.redact.String("not reached: "+strings.Join(n.Progress.Missed, ", ")), maxMessage),
				Remedy: cmp.Or(o.Remedy, "Check these recipients, and whether the app or bot may write to them.")}
		}
	case o.Class == platform.Retryable && o.Retry != nil:
		if !o.Pieces.Begun() {
			n.Progress.Left = o.Retry
		}
		n.Progress.Alone = n.Progress.Alone || len(s.notices) > 1 // the others have the digest: it must not change
		a.Refused = true                                          // it took the message for everybody else
	case o.Class == platform.Permanent && len(s.notices) > 1:
		// One notice may be the reason: each goes by itself.
		n.Progress.Alone, n.Progress.Tries = true, 0
		a.Outcome, a.Refused, a.RetryAfter = Transient, true, time.Millisecond
	case o.Class == platform.Permanent:
		n.Progress.Tries = 0 // whoever retries it by hand has mended something
	}
	payload, err := json.Marshal(n)
	if err != nil {
		return broken(err)
	}
	a.Payload = payload
	return a
}
