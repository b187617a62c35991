package worker_test

import (
	"os"
	"testing"

	"github.com/tripline/tripline/runtime/worker"
)

func TestMain(m *testing.M) {
	worker.Child()
	os.Exit(m.Run())
}
