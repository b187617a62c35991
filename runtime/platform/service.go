package platform

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"time"

	"github.com/tripline/tripline/runtime"
)

// Events of a Notice.
const (
	EventRaise  = "raise"  // an alarm was raised
	EventChange = "change" // an active alarm has another title, description or level
	EventClear  = "clear"  // an alarm has ended
	EventRepeat = "repeat" // an alarm is still active
	EventTest   = "test"   // somebody tries a service
)

// Notice is one thing to tell people, before any platform's dialect. As JSON it is part of a job's payload.
type Notice struct {
	ID        string    `json:"id"`               // of the job: stable over every attempt
	Event     string    `json:"event"`            // one of the Event constants
	Origin    string    `json:"origin,omitempty"` // the organisation's tag, as it is shown: "[PROD]"
	Device    string    `json:"device"`           // its name
	EUI       string    `json:"eui"`
	Alarm     string    `json:"alarm"` // its name
	Level     string    `json:"level"` // low, mid, high, urgent
	Title     string    `json:"title"`
	Desc      string    `json:"desc,omitempty"`
	Note      string    `json:"note,omitempty"` // of a clear: the recovery note
	Count     int       `json:"count,omitempty"`
	StartedAt time.Time `json:"started_at,omitzero"`
	At        time.Time `json:"at"`
	Zone      string    `json:"zone,omitempty"`     // IANA name of the organisation's time zone; "" is UTC
	Template  string    `json:"template,omitempty"` // the rule's own (see CheckTemplate); "" is the default message
}

// Service is one type of notification service: wecom, dingtalk, feishu, webhook, email.
type Service interface {
	Type() string
	// Settings describes the settings: validation, the API's documentation and the form come from it.
	Settings() Fields
	// Check refuses settings that cannot be stored. Errors are of package invalid, with the field's path
	// from the settings on (groups[0].webhook_url). An error never carries a secret.
	Check(settings json.RawMessage) error
	// Parse returns the places to send to. It takes whatever Check let through once: rules that came later
	// stop nobody's alarms. Its error says that the settings cannot be read, or name no place.
	Parse(settings json.RawMessage) ([]Target, error)
}

// Target is one place in a service: a group's bot, an app with its members, a webhook, a list of mailboxes.
type Target interface {
	// ID is unique in the service and stays when the target is renamed: jobs name their target by it.
	ID() string
	// Name is what people call it. It is unique in the service.
	Name() string
	// Destination is the masked URL: what people see, and what health is kept by.
	Destination() string
	// Budgets bound the messages that may be sent here.
	Budgets() []Budget
	// Compose writes notices in the platform's dialect, within its bytes: one notice becomes a message
	// of one or more parts, several become a digest. It depends on nothing but its argument and the
	// settings, so that another attempt composes the same. notices is not empty.
	Compose(notices []Notice) []Message
	// Send makes one attempt at m: the request is built anew (signature, token, the recipients that are
	// left) and the answer is classified. What a platform wants once more at once (a new token, a new
	// signature, a shorter text) is done inside; an Outcome never asks for it.
	Send(ctx context.Context, m Message, via Carrier) Outcome
}

// Message is one request's worth of a composition.
type Message struct {
	// ID is what platforms deduplicate by. It is made of the notices' IDs, the part and the recipients:
	// whoever keeps the IDs of what was sent can go on after the settings changed and leaves nobody out.
	ID         string
	Title      string   // one line of plain text
	Text       string   // in the dialect of the platform
	Level      string   // the highest level of its notices; "" for ends of alarms and tests
	Recipients []string // of this message; nil for a place that has none. An attempt at those who are left has fewer
	Finishes   int      // how many of the notices that are not yet finished are so with this message; 0 for all parts but the last
	Tries      int      // attempts at this message that the platform answered, the coming one among them; set by whoever sends
	Pieces     Pieces   // of the Outcome of the attempt before; set by whoever sends
}

// Carrier is what an attempt needs of its host.
type Carrier interface {
	// Do performs a request through the guarded client. Every error is a *runtime.FetchError.
	Do(ctx context.Context, req runtime.HTTPRequest) (runtime.HTTPResponse, error)
	// Dial connects to a mail server's host:port, guarded as Do is. Every error is a *runtime.FetchError.
	Dial(ctx context.Context, address string) (net.Conn, error)
	// Token returns the access token kept for app, or the one that fetch gets. For one app one fetch
	// runs at a time; everybody else waits for it and shares what comes of it, an error too. app is an
	// opaque key without a secret in it, another one when the app's secret changes. An error of fetch is
	// returned so that errors.As finds it. A *Refusal is remembered for RefusalKept and returned
	// without another fetch, so that waiting jobs do not repeat a bad secret.
	Token(ctx context.Context, app string, fetch func(context.Context) (AccessToken, error)) (string, error)
	// ForgetToken takes back what Token keeps for app if it still is token.
	ForgetToken(app, token string)
	// Now is the time that signatures carry.
	Now() time.Time
}

// AccessToken is an access token of an app.
type AccessToken struct {
	Value string
	Life  time.Duration // from now on; renew it early
}

// RefusalKept is how long a Carrier remembers that a platform refused an app's secret.
const RefusalKept = 10 * time.Minute

// Refusal is the error of a fetch of a token that the platform answered with something else. When its
// Outcome is Permanent, the secret is wrong, and asking again gets the address banned.
type Refusal struct{ Outcome Outcome }

func (r *Refusal) Error() string {
	return "no access token: " + r.Outcome.Code + " " + r.Outcome.Message
}

// Budget is a limit that a platform sets: at most Limit requests in any Window (sliding; a burst of Limit
// is fine). Everything that has a budget of the same Key shares it.
type Budget struct {
	Name   string        // what kind of limit it is, by which an organisation overrides it: wecom_bot
	Key    string        // whose limit it is: opaque, without a secret
	Limit  int           // requests
	Window time.Duration // in which they are counted
}

// Budgets returns the limits that a request of a user's action has to keep: those of the Targets that
// post to the same bot.
func (s Set) Budgets(req runtime.HTTPRequest) []Budget {
	if p := s.Of(req.URL); p != nil {
		return p.Budgets(req)
	}
	return nil
}

// RefusalOutcome is the outcome of an attempt that got no access token for err.
func RefusalOutcome(err error) Outcome {
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		return refusal.Outcome
	}
	return Failure(err)
}

// NewAccessToken returns a token that lives for so many seconds, or for otherwise when a platform does
// not say how long.
func NewAccessToken(value string, seconds float64, otherwise time.Duration) AccessToken {
	if seconds <= 0 {
		return AccessToken{value, otherwise}
	}
	return AccessToken{value, time.Duration(seconds * float64(time.Second))}
}
