package platform

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime/invalid"
)

// keptFields has a secret at every place where there can be one.
var keptFields = Fields{
	{Name: "url", Type: FieldURL, Secret: true, Address: true},
	{Name: "headers", Type: FieldMap, Secret: true},
	{Name: "account", Type: FieldObject, Fields: Fields{{Name: "agent_id", Type: FieldNumber, Address: true}, {Name: "secret", Type: FieldText, Secret: true}}},
	{Name: "groups", Type: FieldObjects, Fields: Fields{
		{Name: "name", Type: FieldText}, {Name: "webhook_url", Type: FieldURL, Secret: true, Address: true}, {Name: "secret", Type: FieldText, Secret: true},
	}},
}

const (
	keptURLA   = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=aaaaaaaa-1111"
	keptURLB   = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=bbbbbbbb-2222"
	keptMask   = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=•••"
	keptBefore = `{"url":"https://hooks.example.com/T0/zzzzzzzz","headers":{"X-Key":"header-value","X-Other":"other-value"},` +
		`"account":{"agent_id":1000002,"secret":"the-app-secret"},"groups":[{"name":"day","webhook_url":"` + keptURLA + `"},{"name":"night","webhook_url":"` + keptURLB + `","secret":"SEC-of-night"}]}`
)

func TestSecretsThatAreLeftOutOrMaskedStay(t *testing.T) {
	for name, c := range map[string]struct{ given, want, refused string }{
		"its own reply":     {given: string(keptFields.Mask(json.RawMessage(keptBefore))), want: keptBefore},
		"everything left":   {given: `{"account":{"agent_id":1000002},"groups":[{"name":"day"},{"name":"night"}]}`, want: keptBefore},
		"removed":           {given: `{"url":"","headers":{},"groups":[{"name":"night","secret":""}]}`, want: `{"url":"","headers":{},"groups":[{"name":"night","webhook_url":"` + keptURLB + `","secret":""}]}`},
		"one header less":   {given: `{"url":"","headers":{"X-Key":"•••","X-New":"n"}}`, want: `{"url":"","headers":{"X-Key":"header-value","X-New":"n"}}`},
		"another order":     {given: `{"url":"","headers":{},"groups":[{"name":"night","webhook_url":"` + keptMask + `"},{"name":"day"}]}`, want: `{"url":"","headers":{},"groups":[{"name":"night","webhook_url":"` + keptURLB + `","secret":"SEC-of-night"},{"name":"day","webhook_url":"` + keptURLA + `"}]}`},
		"another name":      {given: `{"url":"","headers":{},"groups":[{"name":"day"},{"name":"late","webhook_url":"` + keptMask + `"}]}`, want: `{"url":"","headers":{},"groups":[{"name":"day","webhook_url":"` + keptURLA + `"},{"name":"late","webhook_url":"` + keptURLB + `","secret":"SEC-of-night"}]}`},
		"another value":     {given: `{"url":"","headers":{},"account":{"secret":"new"}}`, want: `{"url":"","headers":{},"account":{"secret":"new"}}`},
		"a mask of nothing": {given: `{"groups":[{"name":"day"},{"name":"night"},{"name":"new","webhook_url":"` + keptMask + `","secret":"•••"}],"headers":{"X-New":"•••"}}`, refused: "headers.X-New groups[2].webhook_url groups[2].secret"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := keptFields.Keep(json.RawMessage(c.given), json.RawMessage(keptBefore))
			if err != nil {
				t.Fatal(err)
			}
			wrong, _ := keptFields.Check(got).(invalid.Error)
			var places []string
			for _, f := range wrong {
				places = append(places, f.Location)
			}
			if strings.Join(places, " ") != c.refused {
				t.Errorf("refused is %v, want %q", wrong, c.refused)
			}
			if c.refused == "" && !reflect.DeepEqual(tree(t, got), tree(t, json.RawMessage(c.want))) {
				t.Errorf("it becomes %s, want %s", got, c.want)
			}
		})
	}
}

func TestSecretsDoNotFollowAnAddress(t *testing.T) {
	const elsewhere = "https://elsewhere.example.com/x"
	for name, c := range map[string]struct{ given, want, refused string }{
		"headers left out":        {given: `{"url":"` + elsewhere + `"}`, refused: "headers"},
		"headers masked":          {given: `{"url":"` + elsewhere + `","headers":{"X-Other":"•••","X-Key":"•••","X-New":"n"}}`, refused: "headers.X-Key headers.X-Other"},
		"headers given":           {given: `{"url":"` + elsewhere + `","headers":{"X-Key":"new"}}`, want: `{"url":"` + elsewhere + `","headers":{"X-Key":"new"}}`},
		"headers taken away":      {given: `{"url":"` + elsewhere + `","headers":{}}`, want: `{"url":"` + elsewhere + `","headers":{}}`},
		"another path":            {given: `{"url":"https://hooks.example.com/T0/yyyyyyyy"}`, refused: "headers"},
		"another app":             {given: `{"headers":{},"account":{"agent_id":7}}`, refused: "account.secret"},
		"another app, masked":     {given: `{"headers":{},"account":{"agent_id":7,"secret":"•••"}}`, refused: "account.secret"},
		"the app as a text":       {given: `{"url":"","headers":{},"account":{"agent_id":" 1000002 "}}`, want: `{"url":"","headers":{},"account":{"agent_id":" 1000002 ","secret":"the-app-secret"}}`},
		"a group's URL":           {given: `{"headers":{},"groups":[{"name":"night","webhook_url":"` + elsewhere + `"}]}`, refused: "groups[0].secret"},
		"a group's secret, taken": {given: `{"url":"","headers":{},"groups":[{"name":"night","webhook_url":"` + elsewhere + `","secret":""}]}`, want: `{"url":"","headers":{},"groups":[{"name":"night","webhook_url":"` + elsewhere + `","secret":""}]}`},
		"another group in place":  {given: `{"url":"","headers":{},"groups":[{"name":"day"},{"name":"late","webhook_url":"` + elsewhere + `"}]}`, want: `{"url":"","headers":{},"groups":[{"name":"day","webhook_url":"` + keptURLA + `"},{"name":"late","webhook_url":"` + elsewhere + `"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := keptFields.Keep(json.RawMessage(c.given), json.RawMessage(keptBefore))
			wrong, _ := err.(invalid.Error)
			var places []string
			for _, f := range wrong {
				places = append(places, f.Location)
			}
			if strings.Join(places, " ") != c.refused {
				t.Errorf("refused is %v, want %q", wrong, c.refused)
			}
			if c.refused == "" && !reflect.DeepEqual(tree(t, got), tree(t, json.RawMessage(c.want))) {
				t.Errorf("it becomes %s, want %s", got, c.want)
			}
		})
	}
}

func tree(t *testing.T, text json.RawMessage) (v any) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}
