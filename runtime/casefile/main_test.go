package casefile_test

import (
	"os"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/engine"
)

func TestMain(m *testing.M) {
	time.Local = engine.Zone() // as the program has it
	os.Exit(m.Run())
}
