package main

import (
	"fmt"
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
		CallDepth int `koanf:"call_depth"`
		Source    int `koanf:"source_kb"`
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
	l := &s.Limits
	for _, v := range []struct {
		to   *time.Duration
		from int
		unit time.Duration
	}{
		{&l.CPU, c.Limits.CPU, time.Millisecond}, {&l.SyncWall, c.Limits.SyncWall, time.Millisecond},
		{&l.AsyncWall, c.Limits.AsyncWall, time.Millisecond}, {&l.Compile, c.Limits.Compile, time.Millisecond},
		{&s.Retention.Executions, c.Retention.Executions, 24 * time.Hour}, {&s.Retention.Deliveries, c.Retention.Deliveries, 24 * time.Hour},
		{&s.Retention.Alarms, c.Retention.Alarms, 24 * time.Hour}, {&s.Retention.Audit, c.Retention.Audit, 24 * time.Hour},
		{&s.Retry.First, c.Delivery.First, time.Millisecond}, {&s.Retry.Most, c.Delivery.Most, time.Second}, {&s.Retry.GiveUp, c.Delivery.GiveUp, time.Hour},
	} {
		if v.from < 0 {
			return fmt.Errorf("the configuration file %s: %d is negative", path, v.from)
		}
		if v.from > 0 {
			*v.to = time.Duration(v.from) * v.unit
		}
	}
	for _, v := range []struct {
		to         *int
		from, unit int
	}{
		{&l.CallDepth, c.Limits.CallDepth, 1}, {&l.Source, c.Limits.Source, 1 << 10}, {&l.Result, c.Limits.Result, 1 << 10},
		{&l.Log, c.Limits.Log, 1 << 10}, {&l.Actions, c.Limits.Actions, 1}, {&l.Requests, c.Limits.Requests, 1},
	} {
		if v.from < 0 {
			return fmt.Errorf("the configuration file %s: %d is negative", path, v.from)
		}
		if v.from > 0 {
			*v.to = v.from * v.unit
		}
	}
	return nil
}
