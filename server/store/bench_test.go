package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/runtime/secret"
)

// BenchmarkUplink is what the store does for an uplink that changes an alarm and makes a delivery: three
// transactions, the rows of which settle. What the processors do is told apart from what waits for the disk.
func BenchmarkUplink(b *testing.B) {
	s, err := Open(b.Context(), b.TempDir(), Options{Keys: secret.NewKeyring(secret.NewMasterKey())})
	if err != nil {
		b.Fatal(err)
	}
	write := func(fn func(*Tx) error) {
		if err := s.Write(context.Background(), fn); err != nil {
			b.Fatal(err)
		}
	}
	write(func(tx *Tx) error { return tx.PutOrg(Org{Code: "o", Name: "o"}) })
	const fleet = 1000
	for n := range fleet {
		d := device.New(fmt.Sprintf("d%d", n), time.Now().UTC())
		d.ServerAttrs, d.Triggers = d.ServerAttrs.Set("alarm_temp", []byte("30")), []string{"overheat"}
		write(func(tx *Tx) error { return tx.PutDevice("o", d) })
	}
	var count atomic.Int64
	before := processorTime()
	b.ReportAllocs()
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n := count.Add(1)
			if err := s.benchUplink(fmt.Sprintf("d%d", n%fleet), n); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.StopTimer()
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64((processorTime()-before).Microseconds())/float64(b.N), "cpu-µs/op")
	var bytes int64
	for _, name := range []string{FileName} {
		info, err := os.Stat(filepath.Join(s.Dir(), name))
		if err != nil {
			b.Fatal(err)
		}
		bytes += info.Size()
	}
	b.ReportMetric(float64(bytes)/float64(b.N), "stored-B/op")
}

// benchDocument is about as long as an execution with three runs.
var benchDocument = make([]byte, 1900)

func (s *Store) benchUplink(eui string, n int64) error {
	ctx, now := context.Background(), time.Now().UTC()
	reading := device.Object{}.Set("temperature", fmt.Appendf(nil, "%d.5", 31+n%9)).Set("humidity", []byte("61.2")).Set("battery", []byte("3.61"))
	e := &dispatch.Execution{ID: s.NewID(), Org: "o", EUI: eui, State: dispatch.Queued, CreatedAt: now,
		Uplink: &dispatch.Uplink{ID: "u", EUI: eui, ThingModelID: "thermometer", Telemetry: &reading, ReceivedAt: now}}
	if _, err := s.Accept(ctx, e, false, func() {}); err != nil {
		return err
	}
	j := &deliver.Job{ID: s.NewID(), Org: "o", EUI: eui, ExecutionID: e.ID, Kind: deliver.KindRequest, State: deliver.Available, Alone: true,
		ScheduledAt: now, CreatedAt: now, Destination: "https://hooks.example/cgi-bin/webhook/send?key=•••",
		Payload: make([]byte, 500), Record: deliver.Record{Script: "wecom_notify"}}
	change := alarm.Change{Action: alarm.New, Name: "overheat", Title: "Overheat", Level: "high", Desc: fmt.Sprintf("The temperature is %d.5 °C", 31+n%9), NoticeGroups: []string{}}
	e.State = dispatch.Completed
	err := s.Commit(ctx, &dispatch.Effects{Org: "o", Now: now, Execution: e, Document: benchDocument, Jobs: []*deliver.Job{j}, Changes: []dispatch.Change{
		{EUI: eui, At: now, ThingModelID: "thermometer", Telemetry: &reading, Seen: true},
		{EUI: eui, At: now, Alarm: &change, AlarmID: s.NewID()},
	}})
	if err != nil {
		return err
	}
	deliver.DefaultRetry.Settle(j, deliver.Attempt{At: now, DurationMS: 1.25, Status: 200, Reply: `{"errcode":0,"errmsg":"ok"}`, Outcome: deliver.Delivered}, now)
	_, err = s.FinishAttempt(ctx, j)
	return err
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
