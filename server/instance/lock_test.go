//go:build unix

package instance

import (
	"strings"
	"testing"
)

func TestOneServerOnAFolder(t *testing.T) {
	dir := t.TempDir()
	first, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(dir); err == nil || !strings.Contains(err.Error(), dir) {
		t.Fatalf("a second lock: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Lock(dir)
	if err != nil {
		t.Fatalf("after the first was given back: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}
