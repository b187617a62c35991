package jsapi

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dop251/goja"
)

// nodeSizeLimits is what stands in Node's errors where a size is out of bounds.
const nodeSizeLimits = ">= 0 && <= 4294967296"

// runVectors runs the code of testdata/FOLDER/vectors.jsonl and expects what Node answered, or what
// different says for a piece of code. See testdata/vectors.js.
func runVectors(t *testing.T, folder string, different map[string]string) {
	t.Helper()
	show, err := os.ReadFile("testdata/show.js")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join("testdata", folder, "vectors.jsonl"))
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
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<20)
	for ; scanner.Scan() && failures < 50; lines++ {
		var vector [2]string
		if err := json.Unmarshal(scanner.Bytes(), &vector); err != nil {
			t.Fatal(err)
		}
		// A Buffer is smaller here, and its errors say so.
		code, want := vector[0], strings.ReplaceAll(vector[1], nodeSizeLimits, sizeLimits)
		if ours, ok := different[code]; ok {
			want = ours
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
			failures++
		} else if strings.ReplaceAll(got.String(), nodeSizeLimits, sizeLimits) != want {
			t.Errorf("%s\ngot  %s\nwant %s", code, got, want)
			failures++
		}
	}
	if err := scanner.Err(); err != nil || lines == 0 {
		t.Fatalf("%d vectors: %v", lines, err)
	}
}
