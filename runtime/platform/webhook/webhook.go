// Package webhook sends notices as HTTP requests: with a body of our own for any system, or in the words
// of a chat platform's bot.
package webhook

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/platform"
	"github.com/tripline/tripline/runtime/platform/dingtalk"
	"github.com/tripline/tripline/runtime/platform/feishu"
	"github.com/tripline/tripline/runtime/platform/wecom"
)

// Service sends to one URL.
type Service struct{}

// Type implements platform.Service.
func (Service) Type() string { return "webhook" }

// Notification methods.
const (
	generic = "generic"
	asWeCom = "wecom"
	asDing  = "dingtalk"
	asLark  = "feishu"
)

var settings = platform.Fields{
	{Name: "url", Type: platform.FieldURL, Label: "webhook.url", Required: true, Secret: true, Address: true, Example: "https://example.com/alerts",
		Help: "Where messages are posted to."},
	{Name: "notification_method", Type: platform.FieldChoice, Label: "webhook.notification_method", Default: generic,
		Options: []string{generic, asWeCom, asDing, asLark}, Help: "What is posted: the fields of the alarm, or the message of a platform's bot."},
	{Name: "headers", Type: platform.FieldMap, Label: "webhook.headers", Secret: true, Help: "Headers that every request has besides."},
	platform.KeywordsField("webhook"),
	{Name: "remarks", Type: platform.FieldText, Label: "webhook.remarks", Help: "A note for people."},
}

// Settings implements platform.Service.
func (Service) Settings() platform.Fields { return settings }

// TargetName is the name of the only target.
const TargetName = "webhook"

// place is the settings.
type place struct {
	URL      string            `json:"url"`
	Method   string            `json:"notification_method"`
	Headers  map[string]string `json:"headers"`
	Keywords []string          `json:"keywords"`
}

// Check implements platform.Service.
func (Service) Check(text json.RawMessage) error {
	if err := settings.Check(text); err != nil {
		return err
	}
	var s place
	if err := platform.ReadSettings(text, &s); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		if err := checkHeader(name, s.Headers[name]); err != nil {
			return err
		}
	}
	return nil
}

// Parse implements platform.Service.
func (Service) Parse(text json.RawMessage) ([]platform.Target, error) {
	var s place
	if err := platform.ReadSettings(text, &s); err != nil {
		return nil, err
	}
	if strings.TrimSpace(s.URL) == "" {
		return nil, platform.SomeTarget(nil, "url")
	}
	hook := platform.Hook{ID: TargetName, Name: TargetName, URL: strings.TrimSpace(s.URL), Keywords: platform.Trimmed(s.Keywords)}
	for name, value := range s.Headers {
		hook.Header = append(hook.Header, runtime.HeaderField{Name: name, Value: value})
	}
	slices.SortFunc(hook.Header, func(a, b runtime.HeaderField) int { return strings.Compare(a.Name, b.Name) })
	switch s.Method {
	case asWeCom:
		return []platform.Target{wecom.NewBot(hook)}, nil
	case asDing:
		return []platform.Target{dingtalk.NewRobot(hook)}, nil
	case asLark:
		return []platform.Target{feishu.NewBot(hook)}, nil
	default:
		return []platform.Target{&target{hook}}, nil
	}
}

// ours are headers that belong to the connection, or say what the body is.
var ours = []string{"host", "content-length", "content-type", "transfer-encoding", "connection", "te", "trailer", "upgrade", "idempotency-key"}

func checkHeader(name, value string) error {
	switch {
	case !httpguts.ValidHeaderFieldName(name):
		return invalid.At("headers", "%q cannot be the name of a header", name)
	case slices.Contains(ours, strings.ToLower(name)):
		return invalid.At("headers."+name, "is set by the server")
	case !httpguts.ValidHeaderFieldValue(value):
		return invalid.At("headers."+name, "has a character that a header cannot have")
	}
	return nil
}

// target posts notices as they are.
type target struct{ hook platform.Hook }

// ID implements platform.Target.
func (t *target) ID() string { return t.hook.ID }

// Name implements platform.Target.
func (t *target) Name() string { return t.hook.Name }

// Destination implements platform.Target.
func (t *target) Destination() string { return platform.MaskURL(t.hook.URL) }

// Budgets implements platform.Target: nobody knows what a receiver takes.
func (t *target) Budgets() []platform.Budget { return nil }

// body is what is posted for a notice.
type body struct {
	platform.Notice
	Text     string   `json:"text"` // the message as people would read it
	Keywords []string `json:"keywords,omitempty"`
}

// Compose implements platform.Target: one message for each notice, whose text is the body.
func (t *target) Compose(notices []platform.Notice) []platform.Message {
	var out []platform.Message
	for i := range notices {
		m := platform.Composer{Keywords: t.hook.Keywords}.Compose(notices[i : i+1])[0]
		notice := notices[i]
		notice.Template = "" // Text is what came of it
		m.Text = string(platform.EncodeJSON(body{notice, m.Text, t.hook.Keywords}))
		out = append(out, m)
	}
	return out
}

// Send implements platform.Target.
func (t *target) Send(ctx context.Context, m platform.Message, via platform.Carrier) platform.Outcome {
	header := slices.Concat(t.hook.Header, []runtime.HeaderField{{Name: "Idempotency-Key", Value: m.ID}})
	req := platform.PostJSON(t.hook.URL, json.RawMessage(m.Text), header...)
	o, _ := platform.Ask(ctx, via, nil, req, m.Tries)
	return platform.Advice{}.Settle(o, t.secrets()...)
}

func (t *target) secrets() []string {
	values := []string{t.hook.URL}
	for _, h := range t.hook.Header {
		values = append(values, h.Value)
	}
	return values
}
