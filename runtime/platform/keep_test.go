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
	{Name: "url", Type: FieldURL, Secret: true},
	{Name: "headers", Type: FieldMap, Secret: true},
	{Name: "account", Type: FieldObject, Fields: Fields{{Name: "agent_id", Type: FieldNumber}, {Name: "secret", Type: FieldText, Secret: true}}},
	{Name: "groups", Type: FieldObjects, Fields: Fields{
		{Name: "name", Type: FieldText}, {Name: "webhook_url", Type: FieldURL, Secret: true}, {Name: "secret", Type: FieldText, Secret: true},
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
			got := keptFields.Keep(json.RawMessage(c.given), json.RawMessage(keptBefore))
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

func tree(t *testing.T, text json.RawMessage) (v any) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}
