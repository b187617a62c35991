package device

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestADeviceHasBounds(t *testing.T) {
	now := time.Unix(0, 0)
	empty := New("d", now)
	long := json.RawMessage(`"` + strings.Repeat("x", MaxSize) + `"`)
	large := empty
	large.ServerAttrs = Object{}.Set("a", long)
	crowded := empty
	for i := range MaxThingModels {
		crowded = crowded.WithTelemetry(fmt.Sprint(i), Object{}, now)
	}
	for name, test := range map[string]struct {
		from, to Device
		want     string
	}{
		"nothing":               {empty, empty, ""},
		"attributes":            {empty, large, "257 KB of attributes and telemetry, 256 KB are allowed"},
		"client attributes":     {empty, empty.WithAttributes(Attributes{Client: &large.ServerAttrs}), "257 KB"},
		"telemetry":             {empty, empty.WithTelemetry("t", large.ServerAttrs, now), "257 KB"},
		"what a driver keeps":   {empty, empty.WithDriverState("t", long), "257 KB"},
		"as many models as may": {empty, crowded, ""},
		"one more":              {crowded, crowded.WithTelemetry("more", Object{}, now), "telemetry of 65 thing models"},
		"known models go on":    {crowded, crowded.WithTelemetry("1", Object{}.Set("a", json.RawMessage("1")), now), ""},
		"it gets smaller":       {large.WithAttributes(Attributes{Shared: &large.ServerAttrs}), large, ""},
	} {
		err := test.from.CheckGrowth(test.to)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
		if _, ok := errors.AsType[*TooLarge](err); err != nil && !ok {
			t.Errorf("%s: %T", name, err)
		}
	}
}
