package engine

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
)

func script(source string) runtime.Script {
	return runtime.Script{Kind: runtime.KindRPC, Source: source}
}

func TestProgramsAreCompiledOnce(t *testing.T) {
	c := newPrograms(time.Second)
	var wg sync.WaitGroup
	found := make([]*program, 16)
	for i := range found {
		wg.Go(func() { found[i], _ = c.get(t.Context(), script(`return 1`)) })
	}
	wg.Wait()
	for _, p := range found {
		if p == nil || p != found[0] {
			t.Fatal("compiled more than once")
		}
	}
	trigger, err := c.get(t.Context(), runtime.Script{Kind: runtime.KindTrigger, Source: `return 1`})
	if err != nil || trigger == found[0] {
		t.Errorf("another kind shares the program: %v", err)
	}
	_, first := c.get(t.Context(), script(`return =`))
	_, again := c.get(t.Context(), script(`return =`))
	if first == nil || first != again {
		t.Errorf("a refusal is not kept: %v, %v", first, again)
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := newPrograms(time.Second)
	kept, _ := c.get(t.Context(), script(`return "kept"`))
	for i := range cacheEntries + 10 {
		if _, err := c.get(t.Context(), script(fmt.Sprintf(`return %d`, i))); err != nil {
			t.Fatal(err)
		}
		if again, _ := c.get(t.Context(), script(`return "kept"`)); again != kept {
			t.Fatalf("the latest used was dropped after %d", i)
		}
	}
	if len(c.entries) != cacheEntries || c.recent.Len() != cacheEntries {
		t.Errorf("%d entries, %d in order", len(c.entries), c.recent.Len())
	}
	for i := range 20 {
		large := fmt.Sprintf("return %d //%s", i, strings.Repeat("x", 200<<10))
		if _, err := c.get(t.Context(), script(large)); err != nil {
			t.Fatal(err)
		}
	}
	if c.bytes > cacheBytes || len(c.entries) > 12 {
		t.Errorf("%d bytes in %d entries", c.bytes, len(c.entries))
	}
	c.drop(c.recent.Front().Value.(*compiled))
	for len(c.entries) > 0 {
		c.drop(c.recent.Back().Value.(*compiled))
	}
	if c.bytes != 0 {
		t.Errorf("%d bytes in an empty cache", c.bytes)
	}
}

// A source that takes long to parse is refused when it has used its time, and again when asked again.
func TestCompileLimit(t *testing.T) {
	c := newPrograms(20 * time.Millisecond)
	slow := script("return " + strings.Repeat("()=>", 6000) + "1")
	for range 2 {
		_, err := c.get(t.Context(), slow)
		if e := runtime.AsError(err); e == nil || e.Code != runtime.CodeCompileLimit {
			t.Fatalf("%v", err)
		}
	}
	<-c.entry(slow).done
	if _, err := c.get(t.Context(), slow); runtime.AsError(err) == nil || runtime.AsError(err).Code != runtime.CodeCompileLimit {
		t.Fatalf("%v", err)
	}
}
