package store

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A script cannot fill the disk through its cache; what was stored last and what lasts longest stays.
func TestScriptCacheIsBounded(t *testing.T) {
	for name, c := range map[string]struct {
		value string
		kept  int // of the values
	}{
		"by keys":  {"1", cacheKeys},
		"by bytes": {`"` + strings.Repeat("x", cacheBytes/10) + `"`, 9},
	} {
		t.Run(name, func(t *testing.T) {
			s := newTest(t)
			put := func(script, key string, ttl time.Duration) {
				t.Helper()
				if err := s.PutCacheValue(t.Context(), "o", script, key, []byte(c.value), noon.Add(ttl)); err != nil {
					t.Fatal(err)
				}
			}
			s.now = func() time.Time { return noon }
			put("other", "k", time.Minute)
			for i := range c.kept + 5 {
				put("s", fmt.Sprint("k", i), time.Hour+time.Duration(i)*time.Second)
			}
			put("s", "short", time.Second)
			has := func(script, key string) bool {
				value, err := s.CacheValue(t.Context(), "o", script, key)
				if err != nil {
					t.Fatal(err)
				}
				return value != nil
			}
			if !has("other", "k") || !has("s", "short") || !has("s", fmt.Sprint("k", c.kept+4)) {
				t.Error("another script's value, the last one or the one that lasts longest is gone")
			}
			if has("s", "k0") || has("s", "k5") || !has("s", "k6") {
				t.Error("what expires first did not make room")
			}
		})
	}
}
