package dispatch

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/device"
)

// What the lane made of a device stands only as long as nobody else has changed it.
func TestChangeIsAppliedToWhatIsStored(t *testing.T) {
	attrs := func(text string) *device.Object {
		var o device.Object
		if err := json.Unmarshal([]byte(text), &o); err != nil {
			t.Fatal(err)
		}
		return &o
	}
	now := time.Now()
	seen := &State{Device: device.New("d", now)}
	c := Change{EUI: "d", At: now, Attributes: device.Attributes{Server: attrs(`{"mine":1}`)}}
	made := c.look(seen)
	if got, _, _ := c.ApplyTo(seen); got != made.state {
		t.Error("the same state is worked out twice")
	}
	stored := &State{Device: seen.Device.WithAttributes(device.Attributes{Server: attrs(`{"other":2}`)})}
	got, _, _ := c.ApplyTo(stored)
	if string(got.Device.ServerAttrs.Get("mine")) != "1" || string(got.Device.ServerAttrs.Get("other")) != "2" {
		t.Errorf("became %+v", got.Device.ServerAttrs)
	}
	if seen.Device.ServerAttrs.Len() != 0 || stored.Device.ServerAttrs.Len() != 1 {
		t.Error("a state was written to")
	}
}
