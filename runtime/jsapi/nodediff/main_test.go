package nodediff

import (
	"os"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/engine"
)

func TestMain(m *testing.M) {
	time.Local = engine.Zone()
	os.Exit(m.Run())
}
