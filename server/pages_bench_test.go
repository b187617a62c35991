package server_test

import (
	"database/sql"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/breaker"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/server"
	"github.com/tripline/tripline/server/store"
)

// fullDatabase fills an organisation: 10,000 devices, 1,000 scripts, a million executions over the past ten days,
// one in a thousand of them failed, 100,000 deliveries and 1,000 active alarms. Ids carry their row's time, as the
// store's own do.
var fullDatabase = []string{
	`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
	INSERT INTO devices (org, eui, doc) SELECT 'default', printf('a840%012x', i), json_object('device', json_object('eui', printf('a840%012x', i),
		'name', 'Device ' || i, 'tags', json_array('site-' || (i % 50)), 'server_attrs', json_object('alarm_temp', 30), 'shared_attrs', json('{}'), 'client_attrs', json('{}'),
		'telemetry_data', json_object('thermometer', json_object('temperature', 21.5, 'humidity', 40)), 'thing_models', json('[]'), 'rpcs', json('[]'),
		'triggers', json_array('script-' || (i % 1000)), 'created_at', '2026-01-01T00:00:00Z', 'updated_at', '2026-01-01T00:00:00Z')) FROM n`,
	`INSERT INTO mounts (org, kind, name, eui) SELECT org, 'trigger', value, eui FROM devices, json_each(doc, '$.device.triggers')`,
	`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
	INSERT INTO scripts (org, kind, name, version, inherit, tags, remark, org_wide) SELECT 'default', 'trigger', 'script-' || i, 1, '', '[]', 'Does what number ' || i || ' does', 0 FROM n`,
	`INSERT INTO script_versions (org, kind, name, version, language, source, compiled, source_map, params, created_at, created_by)
	SELECT org, kind, name, 1, 'javascript', 'function trigger_script(device) { return null; } // ' || hex(randomblob(1000)), '', '', '[]', 1767225600000, 'bench' FROM scripts`,
	`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999999), row AS (SELECT i, ?1 + i * 864 AS ms FROM n)
	INSERT INTO executions (seq, id, org, eui, state, doc) SELECT ms << 12, printf('%08x-%04x-7000-8000-%012x', ms >> 16, ms & 65535, i), 'default', printf('a840%012x', i % 10000),
		iif(i % 1000 = 0, 'failed', 'completed'), json_object('id', printf('%08x-%04x-7000-8000-%012x', ms >> 16, ms & 65535, i), 'eui', printf('a840%012x', i % 10000),
		'created_at', '2026-01-01T00:00:00Z', 'uplink', json_object('uplink_id', '' || i, 'thing_model_id', 'thermometer', 'telemetry_data', json_object('temperature', 21.5), 'received_at', '2026-01-01T00:00:00Z'),
		'runs', json_array(json_object('kind', 'trigger', 'script', 'script-' || (i % 1000), 'version', 1, 'started_at', '2026-01-01T00:00:00Z', 'cpu_ms', 0.1, 'wall_ms', 0.2))) FROM row`,
	`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999), row AS (SELECT i, ?1 + i * 8640 AS ms FROM n)
	INSERT INTO jobs (seq, id, org, eui, execution_id, execution, kind, state, destination, doc, created_at, finished_at)
	SELECT ms << 12, printf('%08x-%04x-7000-8000-%012x', ms >> 16, ms & 65535, i), 'default', printf('a840%012x', i % 10000), '', 0, 'axios', iif(i % 500 = 0, 'discarded', 'completed'),
		'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=•••', json_object('tries', 1, 'outcome', 'delivered'), ms, ms FROM row`,
	`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999), row AS (SELECT i, ?1 + i AS ms FROM n)
	INSERT INTO alarms (seq, id, org, eui, name, state, doc) SELECT ms << 12, printf('%08x-%04x-7000-8000-%012x', ms >> 16, ms & 65535, i), 'default', printf('a840%012x', i), 'overheat', 'active',
		json_object('id', printf('%08x-%04x-7000-8000-%012x', ms >> 16, ms & 65535, i), 'eui', printf('a840%012x', i), 'alarm_name', 'overheat', 'level', 'high', 'title', 'Too hot', 'state', 'active', 'count', 1,
		'start_time', '2026-01-01T00:00:00Z', 'update_time', '2026-01-01T00:00:00Z') FROM row`,
}

// BenchmarkPages asks what each admin page asks first, of a full database: go test -bench Pages ./server.
func BenchmarkPages(b *testing.B) {
	dir := b.TempDir()
	db, err := store.Open(b.Context(), dir, store.Options{Keys: secret.NewKeyring(secret.NewMasterKey())})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Bootstrap(b.Context()); err != nil {
		b.Fatal(err)
	}
	fill(b, filepath.Join(dir, store.FileName))
	handler := server.New(server.Config{
		Store: db, Breaker: breaker.New(nil, breaker.Default), Now: time.Now, AdminToken: adminToken, Events: server.NewEvents(), Runner: &deliver.Runner{},
		Metrics: server.NewMetrics(func() int { return 0 }),
	}).Handler()
	for _, path := range []string{
		"/overview", "/alarms", "/alarms?search=a84000000001", "/devices", "/devices?search=9999", "/devices?alarms=true", "/devices/a84000000000270f/telemetry",
		"/scripts?limit=500", "/scripts?search=999", "/executions", "/executions?state=failed", "/executions?state=waiting", "/executions?eui=a84000000000270f",
		"/deliveries", "/deliveries?state=discarded", "/deliveries?eui=a84000000000270f", "/org-params", "/audit", "/audit?search=nothing",
	} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				req := httptest.NewRequest(http.MethodGet, "/api/v1"+path, nil)
				req.Header.Set("Authorization", "Bearer "+adminToken)
				reply := httptest.NewRecorder()
				handler.ServeHTTP(reply, req)
				if reply.Code != http.StatusOK {
					b.Fatal(reply.Code, reply.Body.String())
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/page")
		})
	}
}

func fill(b *testing.B, path string) {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	begin := time.Now().Add(-10 * 24 * time.Hour).UnixMilli()
	for _, statement := range fullDatabase {
		if _, err := db.Exec(statement, begin); err != nil {
			b.Fatal(statement, err)
		}
	}
}
