package device

import "fmt"

// Bounds of one device. It is read and written as a whole with every uplink: one that grows without end
// would slow down everything.
const (
	MaxSize        = 256 << 10 // bytes of attributes, telemetry and what drivers keep, as JSON
	MaxThingModels = 64        // thing models with telemetry
	MaxAlarms      = 500       // active ones
)

// TooLarge says that a change would make a device larger than one may be. Nothing of the change was made.
type TooLarge struct {
	EUI  string
	What string // what there would be too much of, and how much is allowed
}

func (e *TooLarge) Error() string {
	return fmt.Sprintf("device %s would have %s: the change was not made; take away what it does not need, or divide it among several devices", e.EUI, e.What)
}

// CheckGrowth returns a *TooLarge when next is larger than a device may be and larger than d: what is too
// large already may get smaller.
func (d Device) CheckGrowth(next Device) error {
	if n := len(next.Telemetry); n > MaxThingModels && n > len(d.Telemetry) {
		return &TooLarge{next.EUI, fmt.Sprintf("telemetry of %d thing models, %d are allowed", n, MaxThingModels)}
	}
	if n := next.size(); n > MaxSize && n > d.size() {
		return &TooLarge{next.EUI, fmt.Sprintf("%d KB of attributes and telemetry, %d KB are allowed", (n+1023)>>10, MaxSize>>10)}
	}
	return nil
}

// size is about how many bytes of JSON the device takes.
func (d Device) size() int {
	n := d.ServerAttrs.size() + d.SharedAttrs.size() + d.ClientAttrs.size()
	for id, values := range d.Telemetry {
		n += len(id) + values.size()
	}
	for id, state := range d.DriverState {
		n += len(id) + len(state)
	}
	return n
}

func (o Object) size() (n int) {
	for i := range o.fields {
		n += len(o.fields[i].key) + len(o.fields[i].value) + len(`"":,`)
	}
	return n
}
