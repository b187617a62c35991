package jsapi

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/dop251/goja"
)

// knownDifferences are the vectors in which Buffer differs from Node on purpose.
var knownDifferences = map[string]string{
	"Buffer.concat([Buffer.alloc(1), null])": `throws TypeError ERR_INVALID_ARG_TYPE: The "list[1]" argument must be an instance of Buffer or Uint8Array. Received null`,
}

// TestBufferVectors holds Buffer to what Node answered; see testdata/buffer/generate.js.
func TestBufferVectors(t *testing.T) {
	show, err := os.ReadFile("testdata/buffer/show.js")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open("testdata/buffer/vectors.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := newRealm(t, nil)
	if _, err := r.env.VM.RunString(string(show)); err != nil {
		t.Fatal(err)
	}
	answer, err := r.env.VM.RunString(`(f) => { try { return show(f()) } catch (e) { return "throws " + show(e) } }`)
	if err != nil {
		t.Fatal(err)
	}
	try, _ := goja.AssertFunction(answer)
	lines, failures := 0, 0
	for scanner := bufio.NewScanner(file); scanner.Scan(); lines++ {
		var vector [2]string
		if err := json.Unmarshal(scanner.Bytes(), &vector); err != nil {
			t.Fatal(err)
		}
		// A Buffer is smaller here, and its errors say so.
		code, want := vector[0], strings.ReplaceAll(vector[1], ">= 0 && <= 4294967296", sizeLimits)
		if different, ok := knownDifferences[code]; ok {
			want = different
		}
		body := code
		if !strings.Contains(code, "return ") {
			body = "return " + code
		}
		f, err := r.env.VM.RunString("(function () { " + body + "\n})")
		if err != nil {
			t.Fatalf("%s: %v", code, err)
		}
		got, err := try(goja.Undefined(), f)
		if err != nil {
			t.Errorf("%s: %v", code, err)
			continue
		}
		if got.String() != want {
			if failures++; failures <= 60 {
				t.Errorf("%s\ngot  %s\nwant %s", code, got, want)
			}
		}
	}
	if lines < 4000 {
		t.Errorf("only %d vectors", lines)
	}
	t.Logf("%d vectors, %d differ", lines, failures)
}
