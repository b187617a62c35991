package worker

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime"
)

func TestSourceIDs(t *testing.T) {
	ids := newSourceIDs()
	rpc := func(source string) *runtime.Script { return &runtime.Script{Kind: runtime.KindRPC, Source: source} }
	first := ids.of(rpc("a"))
	if ids.of(rpc("a")) != first || ids.of(&runtime.Script{Kind: runtime.KindTrigger, Source: "a"}) == first || ids.of(rpc("b")) == first {
		t.Error("a number stands for one source of one kind")
	}
	seen := map[uint64]bool{first: true}
	large := strings.Repeat("x", 200<<10)
	for i := range 3000 {
		id := ids.of(rpc(fmt.Sprint(large[:i%200<<10], i)))
		if seen[id] {
			t.Fatalf("number %d is used twice", id)
		}
		seen[id] = true
		if ids.bytes > maxNumberedBytes || len(ids.young) > maxNumbered {
			t.Fatalf("%d sources, %d bytes", len(ids.young), ids.bytes)
		}
	}
}
