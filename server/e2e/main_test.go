package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// program is the built binary that every test runs.
var program string

func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) int {
	if program = os.Getenv("TRIPLINE_BIN"); program != "" { // built by make, just before
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "tripline-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "tripline")
	build := exec.Command("go", "build", "-o", program, "./cmd/tripline")
	build.Dir = repoRoot
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build cmd/tripline: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// repoRoot is the top of the repository, from this package's folder.
const repoRoot = "../.."
