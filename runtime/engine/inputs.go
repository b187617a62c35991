package engine

import (
	"encoding/json"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime"
)

// inputs are what a script is given, as values of its realm. The same value stands in the arguments and
// behind the global of that name.
type inputs struct {
	device, params, alarms, orgParams, msg, noticeAttrs, payload, context, thingModelID goja.Value
}

// defineInputs decodes the inputs and defines their globals: plain configurable properties, so that a
// script may declare names of its own over them.
func (r *run) defineInputs() error {
	in := &r.inv.Input
	r.inputs.thingModelID = goja.Undefined()
	if in.ThingModelID != "" {
		r.inputs.thingModelID = r.vm.ToValue(in.ThingModelID)
	}
	d := decoder{vm: r.vm, prototype: r.prototypeOfObjects}
	for _, part := range []struct {
		name string
		text json.RawMessage
		into *goja.Value
	}{
		{"device", in.Device, &r.inputs.device},
		{"params", in.Params, &r.inputs.params},
		{"alarms", in.Alarms, &r.inputs.alarms},
		{"org_params", in.OrgParams, &r.inputs.orgParams},
		{"msg", in.Msg, &r.inputs.msg},
		{"noticeAttrs", in.NoticeAttrs, &r.inputs.noticeAttrs},
		{"input", in.Payload, &r.inputs.payload},
		{"context", in.Context, &r.inputs.context},
	} {
		*part.into = goja.Undefined()
		if part.text == nil || !r.program.needs.input(part.name) {
			continue
		}
		var wanted map[string]bool
		if part.name == "device" {
			wanted = r.program.needs.device
		}
		v, err := d.decode(part.text, wanted)
		if err != nil {
			return runtime.Errorf(runtime.CodeBadParams, "the input %s is not JSON: %v", part.name, err)
		}
		*part.into = v
	}
	r.addReceiveTime()
	global := r.vm.GlobalObject()
	if r.program.kind == runtime.KindParser && r.inputs.context == goja.Undefined() {
		r.inputs.context = r.vm.NewArray()
	}
	for _, name := range inputNames(r.program.kind) {
		if r.program.needs.global(name) {
			define(global, name, r.input(name))
		}
	}
	return nil
}

// addReceiveTime gives TS013's input the Date that network servers give it.
func (r *run) addReceiveTime() {
	o := objectOf(r.inputs.payload)
	if o == nil || r.inv.Input.ReceivedAt.IsZero() {
		return
	}
	// The constructor of a fresh realm takes any number.
	if date, err := r.vm.New(r.vm.Get("Date"), r.vm.ToValue(r.inv.Input.ReceivedAt.UnixMilli())); err == nil {
		define(o, "recvTime", date)
	}
}

// input is the value of an input global.
func (r *run) input(name string) goja.Value {
	switch name {
	case "device":
		return r.inputs.device
	case "params", "values":
		return r.inputs.params
	case "alarms":
		return r.inputs.alarms
	case "org_params":
		return r.inputs.orgParams
	case "thingModelId":
		return r.inputs.thingModelID
	case "msg":
		return r.inputs.msg
	case "noticeAttrs":
		return r.inputs.noticeAttrs
	case "input":
		return r.inputs.payload
	case "context":
		return r.inputs.context
	case "logger":
		return r.globals.Get("logger")
	}
	return member(r.inputs.payload, name)
}

// object makes an object of inputs in the given order.
func (r *run) object(names ...string) goja.Value {
	o := r.vm.CreateObject(nil)
	for _, name := range names {
		// Nothing stands in the way of plain assignment to an object without a prototype.
		_ = o.Set(name, r.input(name))
	}
	_ = o.SetPrototype(r.prototypeOfObjects)
	return o
}

// member is a property of a value that may be none.
func member(v goja.Value, name string) goja.Value {
	if o, ok := v.(*goja.Object); ok && o != nil {
		if p := o.Get(name); p != nil {
			return p
		}
	}
	return goja.Undefined()
}
