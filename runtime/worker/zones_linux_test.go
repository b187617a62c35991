package worker_test

import (
	"testing"

	"github.com/tripline/tripline/runtime/worker"
)

// A worker process can open no file, and knows every time zone. The expectations are Node's.
func TestTimeZonesInAWorker(t *testing.T) {
	p := newPool(t, worker.Config{})
	for source, want := range map[string]string{
		`new Date(0).toLocaleString("en-US", { timeZone: "Asia/Shanghai" })`:                              `"1/1/1970, 8:00:00 AM"`,
		`new Date(1790000000000).toLocaleDateString("en-US", { timeZone: "America/New_York" })`:           `"9/21/2026"`,
		`new Date(1790000000000).toLocaleTimeString("en-US", { timeZone: "Europe/Oslo", hour12: false })`: `"16:13:20"`,
		`new Date(1768000000000).toLocaleTimeString("en-US", { timeZone: "Europe/Oslo", hour12: false })`: `"24:06:40"`,
		`[new Date(2026, 0, 1, 12).toISOString(), new Date(0).getTimezoneOffset()]`:                       `["2026-01-01T12:00:00.000Z",0]`,
		`new Date(0).toString()`: `"Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)"`,
		`(() => { try { new Date().toLocaleString("en-US", { timeZone: "Mars/Olympus" }) } catch (e) { return e.name } })()`: `"RangeError"`,
	} {
		mustRun(t, p, invocation("acme", "return "+source), want)
	}
}
