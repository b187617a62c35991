package server

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/notify"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

func (s *Server) notificationRuleRoutes() {
	const all, one = "/notification-rules", "/notification-rules/{name}"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"notifications"}}
	}
	handle(s, auth.Write, op("list-notification-rules", http.MethodGet, all, "List notification rules"), s.listNotificationRules)
	handle(s, auth.Write, op("get-notification-rule", http.MethodGet, one, "Get a notification rule"), s.getNotificationRule)
	handle(s, auth.Write, op("put-notification-rule", http.MethodPut, one, "Add or replace a notification rule"), s.putNotificationRule)
	remove := op("delete-notification-rule", http.MethodDelete, one, "Delete a notification rule, and what it would still have told")
	remove.DefaultStatus = http.StatusNoContent
	handle(s, auth.Write, remove, s.deleteNotificationRule)
}

func (s *Server) listNotificationRules(ctx context.Context, p auth.Principal, in *struct {
	Page
	Search string `query:"search" maxLength:"200" doc:"part of the name"`
}) (*body[list[notify.Rule]], error) {
	set, err := s.Store.Notifications(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(set.Rules(), func(r notify.Rule) bool { return !mentions(in.Search, r.Name) })
	return &body[list[notify.Rule]]{pageOf(found, in.Page, func(r notify.Rule) string { return r.Name })}, nil
}

func (s *Server) getNotificationRule(ctx context.Context, p auth.Principal, in *NotificationPath) (*body[notify.Rule], error) {
	set, err := s.Store.Notifications(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	rule, ok := set.Rule(in.Name)
	if !ok {
		return nil, store.ErrNotFound
	}
	return &body[notify.Rule]{rule}, nil
}

type putNotificationRuleInput struct {
	NotificationPath
	Body struct {
		Services      []string           `json:"services" maxItems:"50" doc:"notification services, by name"`
		On            []alarm.Event      `json:"on,omitempty" maxItems:"3" doc:"raise, clear, change; left out: raise and clear"`
		Levels        []string           `json:"levels,omitempty" maxItems:"4" doc:"low, mid, high, urgent; left out: any. An alarm that rises into them is told as raised, one that falls out of them as changed"`
		AlarmName     string             `json:"alarm_name,omitempty" doc:"a glob such as over*; left out: any"`
		Tags          []string           `json:"tags,omitempty" maxItems:"50" doc:"devices that have one of these; left out: any"`
		Devices       []string           `json:"devices,omitempty" maxItems:"1000" doc:"EUIs; left out: any"`
		Template      string             `json:"template,omitempty" doc:"the message, with variables such as {{device}}; left out: the default one"`
		RepeatMinutes int                `json:"repeat_minutes,omitempty" doc:"between reminders while the alarm is active and not acknowledged; 0: none"`
		QuietHours    *notify.QuietHours `json:"quiet_hours,omitempty" doc:"what happens in them is told when they end"`
		Enabled       *bool              `json:"enabled,omitempty" doc:"true, unless said otherwise"`
	}
}

func (in *putNotificationRuleInput) rule() notify.Rule {
	b := in.Body
	r := notify.Rule{
		Name: in.Name, Services: orEmpty(b.Services), On: b.On, Levels: orEmpty(b.Levels), AlarmName: b.AlarmName, Tags: orEmpty(b.Tags), Devices: orEmpty(b.Devices),
		Template: b.Template, RepeatMinutes: b.RepeatMinutes, QuietHours: b.QuietHours, Enabled: b.Enabled == nil || *b.Enabled,
	}
	if r.On == nil {
		r.On = []alarm.Event{alarm.Raised, alarm.Ended}
	}
	for i, eui := range r.Devices {
		r.Devices[i] = device.NormalEUI(eui)
	}
	return r
}

func (s *Server) putNotificationRule(ctx context.Context, p auth.Principal, in *putNotificationRuleInput) (*body[notify.Rule], error) {
	if err := notify.CheckName(in.Name); err != nil {
		return nil, invalid.Under("path", err)
	}
	rule := in.rule()
	if err := rule.Check(); err != nil {
		return nil, invalid.Under("body", err)
	}
	rule.UpdatedBy = p.Name
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		set, err := tx.Notifications(p.Org)
		if err != nil {
			return err
		}
		if err := knownServices(set, rule.Services); err != nil {
			return err
		}
		action, before := "notification_rule.create", any(nil)
		if old, known := set.Rule(in.Name); known {
			action, before = "notification_rule.update", old
		}
		if err := tx.PutNotificationRule(p.Org, rule); err != nil {
			return err
		}
		if set, err = tx.Notifications(p.Org); err != nil {
			return err
		}
		rule, _ = set.Rule(in.Name)
		return tx.Audit(p.Org, p.Name, action, in.Name, before, rule)
	})
	if err != nil {
		return nil, err
	}
	return &body[notify.Rule]{rule}, nil
}

// knownServices refuses names of services that do not exist.
func knownServices(set *notify.Set, names []string) error {
	var bad invalid.Error
	for i, name := range names {
		if _, ok := set.Service(name); !ok {
			bad = append(bad, invalid.At(fmt.Sprintf("body.services[%d]", i), "there is no notification service %q", name)...)
		}
	}
	if len(bad) > 0 {
		return bad
	}
	return nil
}

func (s *Server) deleteNotificationRule(ctx context.Context, p auth.Principal, in *NotificationPath) (*struct{}, error) {
	return nil, s.Store.Write(ctx, func(tx *store.Tx) error {
		set, err := tx.Notifications(p.Org)
		if err != nil {
			return err
		}
		old, ok := set.Rule(in.Name)
		if !ok {
			return store.ErrNotFound
		}
		if err := tx.DeleteNotificationRule(p.Org, in.Name); err != nil {
			return err
		}
		return tx.Audit(p.Org, p.Name, "notification_rule.delete", in.Name, old, nil)
	})
}

// orEmpty is a list that is never null in JSON.
func orEmpty(given []string) []string {
	if given == nil {
		return []string{}
	}
	return given
}
