package main

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"regexp"
	"slices"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/server/instance"
)

// fileConfig is the configuration file. What it leaves out, or has as 0, stays at its default.
type fileConfig struct {
	Limits        fileLimits `koanf:"limits"`
	Organisations map[string]struct {
		Limits fileLimits `koanf:"limits"`
	} `koanf:"organisations"`
	Retention struct {
		Executions int `koanf:"executions_days"`
		Deliveries int `koanf:"deliveries_days"`
		Alarms     int `koanf:"alarms_days"`
		Audit      int `koanf:"audit_days"`
		Bytes      int `koanf:"database_mb"`
	} `koanf:"retention"`
	Delivery struct {
		First  int `koanf:"first_retry_ms"`
		Most   int `koanf:"longest_wait_s"`
		GiveUp int `koanf:"give_up_hours"`
	} `koanf:"delivery"`
}

// fileLimits are everyone's limits, or those that an organisation has of its own.
type fileLimits struct {
	CPU       int `koanf:"cpu_ms"`
	SyncWall  int `koanf:"sync_wall_ms"`
	AsyncWall int `koanf:"async_wall_ms"`
	Compile   int `koanf:"compile_ms"`
	Memory    int `koanf:"memory_mb"`
	CallDepth int `koanf:"call_depth"`
	Source    int `koanf:"source_kb"`
	Input     int `koanf:"input_kb"`
	Result    int `koanf:"result_kb"`
	Log       int `koanf:"log_kb"`
	Actions   int `koanf:"actions"`
	Requests  int `koanf:"requests"`
}

// readConfig applies the configuration file at path to s. A key that is not known is an error: a
// misspelt limit must not go unnoticed.
func readConfig(path string, s *instance.Settings) error {
	k := koanf.New(".")
	if err := k.Load(file.Provider(path), yaml.Parser()); err != nil {
		return fmt.Errorf("the configuration file: %w", err)
	}
	var c fileConfig
	strict := &mapstructure.DecoderConfig{Result: &c, ErrorUnused: true, TagName: "koanf", DecodeHook: wholeNumbers}
	err := k.UnmarshalWithConf("", &c, koanf.UnmarshalConf{DecoderConfig: strict})
	if err == nil {
		err = c.apply(s)
	}
	if err != nil {
		return fmt.Errorf("the configuration file %s: %w", path, err)
	}
	return nil
}

// wholeNumbers refuses what would be cut to a whole number without a word.
func wholeNumbers(from, to reflect.Kind, value any) (any, error) {
	if from == reflect.Float64 && to == reflect.Int {
		return nil, fmt.Errorf("is %v: give a whole number", value)
	}
	return value, nil
}

// orgCode is what PUT /orgs/{code} takes.
var orgCode = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)

func (c *fileConfig) apply(s *instance.Settings) error {
	r := &s.Retention
	errs := []error{
		set("retention.executions_days", c.Retention.Executions, &r.Executions, 24*time.Hour, longest),
		set("retention.deliveries_days", c.Retention.Deliveries, &r.Deliveries, 24*time.Hour, longest),
		set("retention.alarms_days", c.Retention.Alarms, &r.Alarms, 24*time.Hour, longest),
		set("retention.audit_days", c.Retention.Audit, &r.Audit, 24*time.Hour, longest),
		set("retention.database_mb", c.Retention.Bytes, &r.Bytes, 1<<20, math.MaxInt),
		set("delivery.first_retry_ms", c.Delivery.First, &s.Retry.First, time.Millisecond, longest),
		set("delivery.longest_wait_s", c.Delivery.Most, &s.Retry.Most, time.Second, longest),
		set("delivery.give_up_hours", c.Delivery.GiveUp, &s.Retry.GiveUp, time.Hour, longest),
		c.Limits.apply("limits", &s.Limits.Everyone),
	}
	s.Limits.Own = make(map[string]runtime.Limits, len(c.Organisations))
	for _, code := range slices.Sorted(maps.Keys(c.Organisations)) {
		if !orgCode.MatchString(code) {
			errs = append(errs, fmt.Errorf("organisations.%s is no organisation's code: it has lower-case letters, digits, - and _", code))
		}
		own := s.Limits.Everyone
		errs = append(errs, c.Organisations[code].Limits.apply("organisations."+code+".limits", &own))
		s.Limits.Own[code] = own
	}
	return errors.Join(errs...)
}

// The highest values that there is a use for: a run is not to last for hours, frames between processes have
// a length of 32 bits, and unwinding is quadratic in the depth of calls.
const (
	longest   = time.Duration(math.MaxInt64)
	longRun   = time.Hour
	largest   = 64 << 20
	mostBytes = 1 << 40
	deepest   = 10_000
	mostItems = 10_000
)

// leastMemory is what a run needs in MB to work at all: what its process keeps from run to run counts too.
const leastMemory = 80

func (f fileLimits) apply(key string, l *runtime.Limits) error {
	var little error
	if f.Memory > 0 && f.Memory < leastMemory {
		little = fmt.Errorf("%s.memory_mb is %d: give at least %d, or leave it out for the default", key, f.Memory, leastMemory)
	}
	return errors.Join(little,
		set(key+".cpu_ms", f.CPU, &l.CPU, time.Millisecond, longRun),
		set(key+".sync_wall_ms", f.SyncWall, &l.SyncWall, time.Millisecond, longRun),
		set(key+".async_wall_ms", f.AsyncWall, &l.AsyncWall, time.Millisecond, longRun),
		set(key+".compile_ms", f.Compile, &l.Compile, time.Millisecond, longRun),
		set(key+".memory_mb", f.Memory, &l.Memory, 1<<20, mostBytes),
		set(key+".call_depth", f.CallDepth, &l.CallDepth, 1, deepest),
		set(key+".source_kb", f.Source, &l.Source, 1<<10, largest),
		set(key+".input_kb", f.Input, &l.Input, 1<<10, largest),
		set(key+".result_kb", f.Result, &l.Result, 1<<10, largest),
		set(key+".log_kb", f.Log, &l.Log, 1<<10, largest),
		set(key+".actions", f.Actions, &l.Actions, 1, mostItems),
		set(key+".requests", f.Requests, &l.Requests, 1, mostItems),
	)
}

// set gives to as many units as the file says under key; 0 leaves it at its default.
func set[T int | int64 | time.Duration](key string, units int, to *T, unit, most T) error {
	switch {
	case units < 0 || T(units) > most/unit:
		return fmt.Errorf("%s is %d: give a whole number from 1 to %d, or leave it out for the default", key, units, most/unit)
	case units > 0:
		*to = T(units) * unit
	}
	return nil
}
