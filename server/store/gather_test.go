package store

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// In a crowd those who come within a moment share one group; a single caller never waits.
func TestGroupsOfACrowd(t *testing.T) {
	for _, crowded := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			s := newTest(t)
			s.GatherWhile(func() bool { return crowded })
			name := func() {
				if err := s.Write(t.Context(), func(tx *Tx) error { return tx.Exec("UPDATE orgs SET name = 'crowd'") }); err != nil {
					t.Error(err)
				}
			}
			time.Sleep(time.Second)
			begun := time.Now()
			name() // long after the group before
			if waited := time.Since(begun); waited != 0 {
				t.Errorf("crowded %v: the first waited %s", crowded, waited)
			}
			var wg sync.WaitGroup
			for range 10 {
				wg.Go(name)
			}
			wg.Wait()
			want := time.Duration(0)
			if crowded {
				want = gatherFor // all ten in one group
			}
			if waited := time.Since(begun); waited != want {
				t.Errorf("crowded %v: ten more waited %s, and should have waited %s", crowded, waited, want)
			}
			s.shut(t)
		})
	}
}
