package dispatch

import (
	"context"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/device"
)

// subDevice returns the EUI of a device under parent, which is made when it is not known and the
// organisation wants that.
func (u *unit) subDevice(ctx context.Context, parent string, sub subDevice) (string, error) {
	eui, name := device.NormalEUI(sub.eui), sub.name
	if eui == "" {
		// An integrator may have registered the address itself.
		if known, err := u.state(ctx, device.NormalEUI(sub.address)); err == nil && known.Device.Parent == parent {
			return known.Device.EUI, nil
		}
		eui = SubDeviceEUI(parent, sub.address)
	}
	if !device.ValidEUI(eui) {
		return "", runtime.Errorf(runtime.CodeBadResult,
			"sub_device: %q is no EUI: with the parent's EUI before it, an address must have at most %d letters, digits, _ - . or :", eui, device.MaxEUI)
	}
	known, err := u.state(ctx, eui)
	switch {
	case err == nil && known.Device.Parent == parent:
		return eui, nil
	case err == nil:
		return "", runtime.Errorf(runtime.CodeBadResult, "sub_device: device %s does not hang on %s: set its parent to that", eui, parent)
	case !u.d.Orgs.CreatesDevices(u.org):
		return "", runtime.Errorf(CodeNoDevice, "sub_device: there is no device %s in this organisation: make it with %s as its parent, or have the organisation make devices that it does not know", eui, parent)
	}
	made := device.New(eui, u.d.Now())
	made.Parent = parent
	if name != "" {
		made.Name = name
	}
	_, err = u.change(ctx, Change{EUI: eui, Make: &made})
	return eui, err
}

// SubDeviceEUI names the device at an address behind parent.
func SubDeviceEUI(parent, address string) string { return parent + "-" + address }
