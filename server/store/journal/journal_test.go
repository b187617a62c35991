package journal

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func open(t *testing.T, path string, generation uint64) (*Journal, []string) {
	t.Helper()
	var read []string
	j, err := Open(path, generation, func(text []byte) error { read = append(read, string(text)); return nil })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j, read
}

func (j *Journal) mustAppend(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if err := j.Append([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRecordsAreReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	j, read := open(t, path, 7)
	if read != nil {
		t.Errorf("a new journal holds %q", read)
	}
	j.mustAppend(t, "one", "two", string(bytes.Repeat([]byte("x"), 9<<20)))
	again, read := open(t, path, 7)
	if len(read) != 3 || read[1] != "two" || len(read[2]) != 9<<20 {
		t.Fatalf("%d records", len(read))
	}
	again.mustAppend(t, "four")
	if _, read = open(t, path, 7); len(read) != 4 || read[3] != "four" {
		t.Errorf("%d records", len(read))
	}
}

func TestAnotherGenerationIsNotRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	j, _ := open(t, path, 1)
	j.mustAppend(t, "first", "second", "third")
	j.Next()
	j.mustAppend(t, "fourth")
	both, read := open(t, path, 1)
	if !slices.Equal(read, []string{"first", "second", "third", "fourth"}) || both.Generation() != 2 {
		t.Errorf("%q", read)
	}
	j.Next()
	j.mustAppend(t, "FIRST")
	if j.Generation() != 3 {
		t.Errorf("generation %d", j.Generation())
	}
	for generation, want := range map[uint64][]string{1: {"fourth"}, 2: {"fourth", "FIRST"}, 3: {"FIRST"}, 4: nil} {
		if _, read := open(t, path, generation); !slices.Equal(read, want) {
			t.Errorf("from generation %d: %q", generation, read)
		}
	}
}

// A crash may cut a record anywhere, or write any part of it.
func TestTornRecords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	j, _ := open(t, path, 1)
	j.mustAppend(t, "kept")
	whole := j.Size()
	j.mustAppend(t, "torn")
	text, err := os.ReadFile(Files(path)[1])
	if err != nil {
		t.Fatal(err)
	}
	for at := whole; at < j.Size(); at++ {
		t.Run(fmt.Sprint(at-whole), func(t *testing.T) {
			torn := bytes.Clone(text)
			torn[at] ^= 0x55
			other := filepath.Join(t.TempDir(), "j")
			file := Files(other)[1]
			if err := os.WriteFile(file, torn, 0o600); err != nil {
				t.Fatal(err)
			}
			again, read := open(t, other, 1)
			if !slices.Equal(read, []string{"kept"}) {
				t.Fatalf("%q", read)
			}
			again.mustAppend(t, "after")
			if _, read := open(t, other, 1); !slices.Equal(read, []string{"kept", "after"}) {
				t.Errorf("%q", read)
			}
			if err := os.WriteFile(file, text[:at], 0o600); err != nil {
				t.Fatal(err)
			}
			if _, read := open(t, other, 1); !slices.Equal(read, []string{"kept"}) {
				t.Errorf("cut: %q", read)
			}
		})
	}
}

func TestAnErrorOfTheReader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	j, _ := open(t, path, 1)
	j.mustAppend(t, "one")
	if _, err := Open(path, 1, func([]byte) error { return os.ErrInvalid }); err == nil {
		t.Error("the error is lost")
	}
	if _, err := Open(filepath.Join(path, "not a folder"), 1, nil); err == nil {
		t.Error("no error")
	}
}
