// Package notify says which notification services are told what of an alarm, and when. It is pure: rules
// and an alarm's change go in, messages come out.
package notify

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/platform"
)

// Change is what happened to an alarm.
type Change struct {
	Event       alarm.Event // alarm.Raised, alarm.Changed or alarm.Ended; nothing is told of others
	Alarm       alarm.Alarm // as it is now
	LevelBefore string      // of alarm.Changed: the level until then
	Groups      []string    // services that the alarm's actions name
	Device      device.Device
	Zone        string // IANA name of the organisation's time zone
	At          time.Time
}

// Message is what one service is to be told.
type Message struct {
	Service  string
	Rule     string // "" when the alarm itself names the service
	Event    alarm.Event
	Template string    // the rule's own; "" is the default
	At       time.Time // when it is to be sent: at once, or when quiet hours end
}

// Reminder says when a service is to be reminded of an alarm that is active.
type Reminder struct {
	Service string
	Rule    string
	At      time.Time
}

// Set is an organisation's notification services and rules at one moment. It is immutable and safe for
// concurrent use. A nil *Set has neither.
type Set struct {
	services map[string]Service
	rules    []Rule // by name
}

// NewSet returns a Set of services and rules.
func NewSet(services []Service, rules []Rule) *Set {
	s := &Set{services: map[string]Service{}}
	for _, service := range services {
		s.services[service.Name] = service
	}
	s.rules = slices.SortedFunc(slices.Values(rules), func(a, b Rule) int { return cmp.Compare(a.Name, b.Name) })
	return s
}

// Service returns a service, and whether there is one.
func (s *Set) Service(name string) (Service, bool) {
	if s == nil {
		return Service{}, false
	}
	service, ok := s.services[name]
	return service, ok
}

// Services lists the services by name.
func (s *Set) Services() []Service {
	if s == nil {
		return nil
	}
	out := make([]Service, 0, len(s.services))
	for _, name := range slices.Sorted(maps.Keys(s.services)) {
		out = append(out, s.services[name])
	}
	return out
}

// Rule returns a rule, and whether there is one.
func (s *Set) Rule(name string) (Rule, bool) {
	if s == nil {
		return Rule{}, false
	}
	i, ok := slices.BinarySearchFunc(s.rules, name, func(r Rule, name string) int { return cmp.Compare(r.Name, name) })
	if !ok {
		return Rule{}, false
	}
	return s.rules[i], true
}

// Rules lists the rules by name.
func (s *Set) Rules() []Rule {
	if s == nil {
		return nil
	}
	return slices.Clone(s.rules)
}

// Uses lists the rules that name a service.
func (s *Set) Uses(service string) (rules []string) {
	for _, r := range s.Rules() {
		if slices.Contains(r.Services, service) {
			rules = append(rules, r.Name)
		}
	}
	return rules
}

// Messages says what a change is told to whom, by service. A service gets one message of a change, whoever
// names it: the one that is sent first, of those the one of the first rule by name, and of the alarm
// itself if no rule tells as early.
func (s *Set) Messages(c Change) []Message {
	if s == nil || c.Event != alarm.Raised && c.Event != alarm.Changed && c.Event != alarm.Ended {
		return nil
	}
	first := map[string]Message{}
	offer := func(service string, m Message) {
		if _, known := s.services[service]; !known {
			return
		}
		if chosen, ok := first[service]; !ok || m.At.Before(chosen.At) {
			m.Service = service
			first[service] = m
		}
	}
	for _, r := range s.rules {
		if !r.Enabled {
			continue
		}
		if event := r.event(c); event != alarm.None {
			for _, service := range r.Services {
				offer(service, Message{Rule: r.Name, Event: event, Template: r.Template, At: r.TellAt(c.At, c.Zone)})
			}
		}
	}
	// A description with a reading in it changes with every uplink: who is named by the alarm, and not by
	// a rule that asks for changes, hears of those of its level.
	if c.Event != alarm.Changed || c.LevelBefore != c.Alarm.Level {
		for _, service := range c.Groups {
			offer(service, Message{Event: c.Event, At: c.At})
		}
	}
	return sorted(first, func(m Message) string { return m.Service })
}

// Reminders says when which service is reminded next of an alarm that was just raised or changed and
// that nobody has acknowledged: by the rule that repeats the soonest.
func (s *Set) Reminders(c Change) []Reminder {
	if s == nil {
		return nil
	}
	soonest := map[string]Reminder{}
	for _, r := range s.rules {
		if !r.Reminds(c) {
			continue
		}
		at := r.TellAt(c.At, c.Zone).Add(r.Repeat())
		for _, service := range r.Services {
			chosen, ok := soonest[service]
			if _, known := s.services[service]; known && (!ok || at.Before(chosen.At)) {
				soonest[service] = Reminder{Service: service, Rule: r.Name, At: at}
			}
		}
	}
	return sorted(soonest, func(r Reminder) string { return r.Service })
}

func sorted[T any](byService map[string]T, name func(T) string) []T {
	return slices.SortedFunc(maps.Values(byService), func(a, b T) int { return cmp.Compare(name(a), name(b)) })
}

// Unknown lists the names among groups that no service has.
func (s *Set) Unknown(groups []string) (unknown []string) {
	for _, name := range groups {
		if _, ok := s.Service(name); !ok && !slices.Contains(unknown, name) {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

// Notice is an alarm in the words of a platform's messages. event is one of platform's; at when it
// happened. The caller adds the ID and what the organisation and the rule say.
func Notice(event string, a alarm.Alarm, d device.Device, at time.Time) platform.Notice {
	name := d.Name
	if name == "" {
		name = a.EUI
	}
	return platform.Notice{
		Event: event, Device: name, EUI: a.EUI, Alarm: a.Name, Level: a.Level, Title: a.Title, Desc: a.Desc, Note: a.RecoveryNote,
		Count: a.Count, StartedAt: a.StartTime, At: at,
	}
}
