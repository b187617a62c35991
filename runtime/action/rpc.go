package action

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math"
	"strings"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/axios"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/jsonvalue"
)

// decodeAction reads one action of an RPC. note is a line for the run's log, or "".
func decodeAction(v jsonvalue.Value) (a Action, note string, err error) {
	if v.Kind != jsonvalue.Object {
		return Action{}, "", wrongKind("", jsonvalue.Object, v)
	}
	if a.Sleep, err = milliseconds(v, "sleepTimeMs"); err != nil {
		return Action{}, "", err
	}
	if a.Target, err = text(v, "target"); err != nil {
		return Action{}, "", err
	}
	if a.Type, err = actionType(v); err != nil {
		return Action{}, "", err
	}
	message := v.Get("dnMsg")
	if message.Kind != jsonvalue.Object {
		return Action{}, "", wrongKind("dnMsg", jsonvalue.Object, message)
	}
	switch a.Type {
	case Downlink:
		a.Downlink, err = message.Raw, checkDownlink(message)
	case Attributes:
		a.Attributes, err = decodeAttributes(message)
	case Alarm:
		a.Alarm, err = decodeAlarm(message)
	case Request:
		var ignored []string
		a.Request, ignored, err = axios.Decode(message)
		if len(ignored) > 0 {
			note = "ignored, because it means nothing on a server or cannot be in an action: " + strings.Join(ignored, ", ")
		}
	}
	return a, note, invalid.Under("dnMsg", err)
}

func actionType(v jsonvalue.Value) (Type, error) {
	name, err := text(v, "type")
	if err != nil {
		return "", err
	}
	switch name {
	case "", "default", "thinkOne":
		return Downlink, nil
	case string(Attributes), string(Alarm), string(Request):
		return Type(name), nil
	default:
		return "", invalid.At("type", "%.64q is no type of an action; use default, thinkOne, modifyAttrs, alarm or axios", name)
	}
}

func decodeAttributes(v jsonvalue.Value) (device.Attributes, error) {
	var a device.Attributes
	for _, m := range v.Members {
		var group **device.Object
		switch m.Name {
		case "server_attrs":
			group = &a.Server
		case "shared_attrs":
			group = &a.Shared
		case "client_attrs":
			group = &a.Client
		default:
			return a, invalid.At("", "%.64q is no group of attributes; use server_attrs, shared_attrs or client_attrs", m.Name)
		}
		if m.Value.Nullish() {
			continue
		}
		if m.Value.Kind != jsonvalue.Object {
			return a, wrongKind(m.Name, jsonvalue.Object, m.Value)
		}
		*group = new(device.Object)
		if err := (*group).UnmarshalJSON(m.Value.Raw); err != nil {
			return a, invalid.At(m.Name, "%s", err)
		}
	}
	return a, nil
}

func decodeAlarm(v jsonvalue.Value) (c alarm.Change, err error) {
	if c.Action, err = text(v, "action"); err != nil {
		return c, err
	}
	if c.Action != alarm.New && c.Action != alarm.Clear {
		return c, invalid.At("action", `must be "new" or "clear", not %.64q`, c.Action)
	}
	data := v.Get("data")
	if data.Kind != jsonvalue.Object {
		return c, wrongKind("data", jsonvalue.Object, data)
	}
	err = decodeAlarmData(data, &c)
	return c, invalid.Under("data", err)
}

func decodeAlarmData(data jsonvalue.Value, c *alarm.Change) (err error) {
	for _, field := range []struct {
		name string
		to   *string
	}{{"alarm_name", &c.Name}, {"title", &c.Title}, {"desc", &c.Desc}, {"level", &c.Level}} {
		if *field.to, err = text(data, field.name); err != nil {
			return err
		}
	}
	if c.Name == "" {
		return invalid.At("alarm_name", "is missing; give the name that the alarm is known by")
	}
	if c.Level == "" {
		c.Level = "mid"
	}
	if !alarm.ValidLevel(c.Level) {
		return invalid.At("level", "must be one of %s, not %.64q", strings.Join(alarm.Levels, ", "), c.Level)
	}
	c.NoticeGroups, err = noticeGroups(data.Get("notice_groups"), "notice_groups")
	return err
}

// noticeGroups takes a name, a list of names, or an object whose notify is one of these.
func noticeGroups(v jsonvalue.Value, location string) ([]string, error) {
	switch v.Kind {
	case jsonvalue.Absent, jsonvalue.Null:
		return nil, nil
	case jsonvalue.Object:
		notify := v.Get("notify")
		if notify.Kind == jsonvalue.Object {
			return nil, wrongKind(location+".notify", jsonvalue.Array, notify)
		}
		return noticeGroups(notify, location+".notify")
	case jsonvalue.String:
		if v.Text() == "" {
			return nil, nil
		}
		return []string{v.Text()}, nil
	case jsonvalue.Array:
		names := make([]string, 0, len(v.Items))
		for i, item := range v.Items {
			if item.Kind != jsonvalue.String || item.Text() == "" {
				return nil, invalid.At(fmt.Sprintf("%s[%d]", location, i), "must be the name of a notification service")
			}
			names = append(names, item.Text())
		}
		return names, nil
	default:
		return nil, invalid.At(location, "must be a name, a list of names, or an object with notify, not %s", v.Kind)
	}
}

// checkDownlink looks at the fields of an AS downlink that the host or a network server relies on; the
// rest is handed on as it is.
func checkDownlink(v jsonvalue.Value) error {
	for _, name := range []string{"type", "if", "moteeui"} {
		if _, err := text(v, name); err != nil {
			return err
		}
	}
	for _, name := range []string{"version", "token"} {
		if m := v.Get(name); !m.Nullish() && m.Kind != jsonvalue.Number && m.Kind != jsonvalue.String {
			return invalid.At(name, "must be a string or a number, not %s", m.Kind)
		}
	}
	data := v.Get("userdata")
	if data.Nullish() {
		return nil
	}
	if data.Kind != jsonvalue.Object {
		return wrongKind("userdata", jsonvalue.Object, data)
	}
	return invalid.Under("userdata", checkUserdata(data))
}

func checkUserdata(data jsonvalue.Value) error {
	if port := data.Get("port"); !port.Nullish() {
		n := port.Float()
		if port.Kind != jsonvalue.Number || n < 1 || n > 255 || n != math.Trunc(n) {
			return invalid.At("port", "must be a whole number from 1 to 255")
		}
	}
	if _, err := boolean(data, "confirmed"); err != nil {
		return err
	}
	payload, err := text(data, "payload")
	if err != nil {
		return err
	}
	if !isBytes(payload) {
		return invalid.At("payload", "must be bytes in base64 or hexadecimal")
	}
	return nil
}

func isBytes(s string) bool {
	if _, err := hex.DecodeString(s); err == nil {
		return true
	}
	s = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(s, "="))
	_, err := base64.RawStdEncoding.DecodeString(s)
	return err == nil
}
