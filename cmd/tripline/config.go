package main

import (
	"fmt"
	"math"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"github.com/tripline/tripline/server/instance"
)

// fileConfig is the configuration file. What it leaves out, or has as 0, stays at its default.
type fileConfig struct {
	Limits struct {
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
	} `koanf:"limits"`
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

// readConfig applies the configuration file at path to s. A key that is not known is an error: a
// misspelt limit must not go unnoticed.
func readConfig(path string, s *instance.Settings) error {
	k := koanf.New(".")
	if err := k.Load(file.Provider(path), yaml.Parser()); err != nil {
		return fmt.Errorf("the configuration file: %w", err)
	}
	var c fileConfig
	strict := &mapstructure.DecoderConfig{Result: &c, ErrorUnused: true, TagName: "koanf"}
	if err := k.UnmarshalWithConf("", &c, koanf.UnmarshalConf{DecoderConfig: strict}); err != nil {
		return fmt.Errorf("the configuration file %s: %w", path, err)
	}
	l, r := &s.Limits, &s.Retention
	for _, v := range []struct {
		key  string
		from int
		to   *time.Duration
		unit time.Duration
	}{
		{"limits.cpu_ms", c.Limits.CPU, &l.CPU, time.Millisecond},
		{"limits.sync_wall_ms", c.Limits.SyncWall, &l.SyncWall, time.Millisecond},
		{"limits.async_wall_ms", c.Limits.AsyncWall, &l.AsyncWall, time.Millisecond},
		{"limits.compile_ms", c.Limits.Compile, &l.Compile, time.Millisecond},
		{"retention.executions_days", c.Retention.Executions, &r.Executions, 24 * time.Hour},
		{"retention.deliveries_days", c.Retention.Deliveries, &r.Deliveries, 24 * time.Hour},
		{"retention.alarms_days", c.Retention.Alarms, &r.Alarms, 24 * time.Hour},
		{"retention.audit_days", c.Retention.Audit, &r.Audit, 24 * time.Hour},
		{"delivery.first_retry_ms", c.Delivery.First, &s.Retry.First, time.Millisecond},
		{"delivery.longest_wait_s", c.Delivery.Most, &s.Retry.Most, time.Second},
		{"delivery.give_up_hours", c.Delivery.GiveUp, &s.Retry.GiveUp, time.Hour},
	} {
		if err := set(v.to, v.from, v.unit); err != nil {
			return fmt.Errorf("the configuration file %s: %s %w", path, v.key, err)
		}
	}
	for _, v := range []struct {
		key  string
		from int
		to   *int
		unit int
	}{
		{"limits.call_depth", c.Limits.CallDepth, &l.CallDepth, 1},
		{"limits.source_kb", c.Limits.Source, &l.Source, 1 << 10},
		{"limits.input_kb", c.Limits.Input, &l.Input, 1 << 10},
		{"limits.result_kb", c.Limits.Result, &l.Result, 1 << 10},
		{"limits.log_kb", c.Limits.Log, &l.Log, 1 << 10},
		{"limits.actions", c.Limits.Actions, &l.Actions, 1},
		{"limits.requests", c.Limits.Requests, &l.Requests, 1},
	} {
		if err := set(v.to, v.from, v.unit); err != nil {
			return fmt.Errorf("the configuration file %s: %s %w", path, v.key, err)
		}
	}
	if err := set(&r.Bytes, c.Retention.Bytes, 1<<20); err != nil {
		return fmt.Errorf("the configuration file %s: retention.database_mb %w", path, err)
	}
	if err := set(&l.Memory, c.Limits.Memory, 1<<20); err != nil {
		return fmt.Errorf("the configuration file %s: limits.memory_mb %w", path, err)
	}
	return nil
}

// set gives to as many units as the file says; 0 leaves it at its default.
func set[T int | int64 | time.Duration](to *T, units int, unit T) error {
	switch {
	case units < 0 || T(units) > math.MaxInt/unit:
		return fmt.Errorf("is %d: give a whole number from 1 to %d, or leave it out for the default", units, math.MaxInt/unit)
	case units > 0:
		*to = T(units) * unit
	}
	return nil
}
