package deliver_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/platform"
)

// loud is a type of notification service that masks nothing by itself, and says all that it knows.
type loud struct{}

func (loud) Type() string { return "loud" }

func (loud) Settings() platform.Fields {
	return platform.Fields{{Name: "secret", Type: platform.FieldText, Secret: true}, {Name: "partly", Type: platform.FieldText}}
}

func (loud) Check(json.RawMessage) error { return nil }

func (loud) Parse(settings json.RawMessage) ([]platform.Target, error) {
	t := &loudTarget{}
	return []platform.Target{t}, json.Unmarshal(settings, t)
}

type loudTarget struct {
	Secret string `json:"secret"`
	Partly string `json:"partly"` // "yes": the message is taken, but not for everybody
}

func (*loudTarget) ID() string                 { return "loud" }
func (*loudTarget) Name() string               { return "loud" }
func (*loudTarget) Destination() string        { return "https://hooks.example/in" }
func (*loudTarget) Budgets() []platform.Budget { return nil }

// Compose makes two messages: of the first of several something else is on record than of the last.
func (*loudTarget) Compose(notices []platform.Notice) []platform.Message {
	last := platform.Composer{}.Compose(notices[:1])[0]
	first := last
	first.ID, first.Finishes = "first of "+last.ID, 0
	return []platform.Message{first, last}
}

func (t *loudTarget) Send(ctx context.Context, m platform.Message, via platform.Carrier) platform.Outcome {
	token, _ := via.Token(ctx, "app", func(context.Context) (platform.AccessToken, error) {
		return platform.AccessToken{Value: leakSecrets[2], Life: time.Hour}, nil
	})
	all := t.Secret + " " + token
	_, _ = via.Do(ctx, platform.PostJSON("https://hooks.example/in", all)) // which is answered with itself
	o := platform.Outcome{Class: platform.Retryable, Code: "no " + all, Message: "it does not take " + all, Meaning: "No.", Remedy: "None.", Missed: []string{all}}
	if t.Partly == "yes" {
		o = platform.Outcome{Class: platform.Delivered, Code: "partial", Missed: []string{"user " + all}}
	}
	return o
}

// withoutParams are organisations whose params know nothing, of notification services either.
type withoutParams struct{ deliver.Orgs }

func (withoutParams) OrgParams(context.Context, string) (*orgparams.Set, error) {
	return orgparams.NewSet(nil, nil), nil
}

// TestEachLayerMasksAlone: what deliveries record is masked though the platform's package masks nothing, by the
// secrets of the service and by those of the organisation, whichever of them knows the value.
func TestEachLayerMasksAlone(t *testing.T) {
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _ = r.Write(w) })
	for name, without := range map[string]func(*deliver.HTTP){
		"without the organisation's params": func(h *deliver.HTTP) { h.Orgs = withoutParams{h.Orgs} },
		"without the service's settings":    func(h *deliver.HTTP) { h.Types = nil },
	} {
		for _, partly := range []string{"no", "yes"} {
			t.Run(name+", partly "+partly, func(t *testing.T) {
				w, log := listened(t, echo)
				without(w.performer)
				checkNoLeak(w, log, "loud", `{"secret":"SECRET-0","partly":"`+partly+`"}`)
			})
		}
	}
}
