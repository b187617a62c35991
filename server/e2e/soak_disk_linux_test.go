package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// smallDisk is a disk of its own for a data folder, which can be filled.
type smallDisk struct {
	dir     string
	p       func() int // the server's process
	mounted bool
}

// newSmallDisk makes a disk of so many bytes where the system lets it. Elsewhere no file of the server can
// be made larger while the disk is full: the same write fails, with another error.
func newSmallDisk(t *testing.T, bytes string) *smallDisk {
	d := &smallDisk{dir: filepath.Join(t.TempDir(), "disk")}
	if err := os.Mkdir(d.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", d.dir, "tmpfs", 0, "mode=0700,size="+bytes); err != nil {
		t.Logf("no disk of its own (%v): it is filled by the limit on the size of files", err)
		return d
	}
	d.mounted = true
	t.Cleanup(func() {
		if err := unix.Unmount(d.dir, unix.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return d
}

func (d *smallDisk) fill(t *testing.T) {
	t.Helper()
	if !d.mounted {
		d.limit(t, 4096)
		return
	}
	f, err := os.Create(filepath.Join(d.dir, "ballast"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 1 << 20; size >= 512; {
		if _, err := f.Write(make([]byte, size)); errors.Is(err, unix.ENOSPC) {
			size /= 2
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func (d *smallDisk) free(t *testing.T) {
	t.Helper()
	if !d.mounted {
		d.limit(t, unix.RLIM_INFINITY)
		return
	}
	if err := os.Remove(filepath.Join(d.dir, "ballast")); err != nil {
		t.Fatal(err)
	}
}

func (d *smallDisk) limit(t *testing.T, bytes uint64) {
	t.Helper()
	limit := unix.Rlimit{Cur: bytes, Max: unix.RLIM_INFINITY}
	if err := unix.Prlimit(d.p(), unix.RLIMIT_FSIZE, &limit, nil); err != nil {
		t.Fatal(err)
	}
}
