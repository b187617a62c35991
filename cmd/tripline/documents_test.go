//go:build unix

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// root is the top of the repository, from this package's folder.
const root = "../.."

// TestDocumentsTellTheTruth runs the documents' ```sh blocks, in order, as a reader would: one shell for all
// of a document, and a terminal of its own for each block that has a name after sh (```sh server). A ```text
// block says what the block before it prints, or, with a name, what that terminal shows; … stands for
// anything. Addresses on 127.0.0.1 are replaced by free ones, a link that asks for a password is followed,
// and make only has to know its targets.
func TestDocumentsTellTheTruth(t *testing.T) {
	program := buildProgram(t)
	for _, document := range []string{"README.md", "server/README.md", "server/HTTP.md"} {
		t.Run(document, func(t *testing.T) {
			t.Parallel()
			newReader(t, program, blocksOf(t, document)).follow()
		})
	}
}

// buildProgram returns the path of the real command: a test binary would start itself as a worker process.
func buildProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "tripline")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// block is a fenced block of a document.
type block struct {
	document string
	line     int
	language string
	terminal string // the word after the language
	text     string
}

var fence = regexp.MustCompile("(?ms)^```([a-z]*) ?([a-z]*)\n(.*?)^```$")

func blocksOf(t *testing.T, document string) []block {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, document))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	for _, at := range fence.FindAllSubmatchIndex(text, -1) {
		group := func(n int) string { return string(text[at[2*n]:at[2*n+1]]) }
		blocks = append(blocks, block{
			document: document, line: 1 + strings.Count(string(text[:at[0]]), "\n"),
			language: group(1), terminal: group(2), text: group(3),
		})
	}
	if len(blocks) == 0 {
		t.Fatalf("%s has no blocks", document)
	}
	return blocks
}

// reader follows a document in a folder that looks like a fresh clone with a built binary.
type reader struct {
	t         *testing.T
	dir       string
	env       []string
	blocks    []block
	addresses *strings.Replacer
	shell     *terminal
	terminals map[string]*terminal
}

func newReader(t *testing.T, program string, blocks []block) *reader {
	r := &reader{t: t, dir: t.TempDir(), blocks: blocks, addresses: freeAddresses(t, blocks), terminals: map[string]*terminal{}}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		path, err := filepath.Abs(filepath.Join(root, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if name := entry.Name(); name != "bin" && name != "data" && name != ".git" {
			if err := os.Symlink(path, filepath.Join(r.dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	r.write("bin/tripline", "#!/bin/sh\nexec '"+program+"' \"$@\"\n")
	r.write("tools/make", "#!/bin/sh\nfor target; do grep -q \"^$target:\" Makefile || { echo \"no target $target\"; exit 1; }; done\n")
	r.write("tools/.curlrc", "fail-with-body\nshow-error\n")
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TRIPLINE_") {
			r.env = append(r.env, variable)
		}
	}
	r.env = append(r.env, "PATH="+filepath.Join(r.dir, "tools")+":"+os.Getenv("PATH"), "CURL_HOME="+filepath.Join(r.dir, "tools"),
		"TRIPLINE_ADDR="+r.addresses.Replace("127.0.0.1:8080"), "CGO_ENABLED=0")
	return r
}

func (r *reader) write(name, text string) {
	path := filepath.Join(r.dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o700)); err != nil {
		r.t.Fatal(err)
	}
}

var localAddress = regexp.MustCompile(`127\.0\.0\.1:\d+`)

// freeAddresses replaces every address of this machine that the blocks name by a free one.
func freeAddresses(t *testing.T, blocks []block) *strings.Replacer {
	t.Helper()
	free := map[string]string{"127.0.0.1:8080": ""}
	for _, b := range blocks {
		for _, address := range localAddress.FindAllString(b.text, -1) {
			free[address] = ""
		}
	}
	var pairs []string
	for address := range free {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close() // all at the end, so that no two are the same
		pairs = append(pairs, address, listener.Addr().String())
	}
	return strings.NewReplacer(pairs...)
}

func (r *reader) follow() {
	r.shell = r.open("set -eo pipefail\nwhile read -r step; do . ./$step </dev/null; echo \"done with $step\"; done")
	for i, b := range r.blocks {
		switch {
		case b.language == "sh" && b.terminal != "":
			r.terminals[b.terminal] = r.open(r.addresses.Replace(b.text))
		case b.language == "sh":
			r.step(b, r.expectedAfter(i))
		case b.language == "text" && b.terminal != "":
			r.watch(b)
		}
	}
}

// expectedAfter is what the block after number i says about its output; nil when it says nothing.
func (r *reader) expectedAfter(i int) *block {
	if i+1 < len(r.blocks) && r.blocks[i+1].language == "text" && r.blocks[i+1].terminal == "" {
		return &r.blocks[i+1]
	}
	return nil
}

// step runs a block in the shell.
func (r *reader) step(b block, expected *block) {
	name := fmt.Sprintf("line-%d.sh", b.line)
	r.write(name, r.addresses.Replace(b.text))
	before := len(r.shell.shown())
	r.shell.enter(name + "\n")
	end := "done with " + name + "\n"
	if !r.shell.until(func(shown string) bool { return strings.HasSuffix(shown, end) }) {
		r.t.Fatalf("%s:%d: the commands fail:\n%s\nthey print:\n%s%s", b.document, b.line, b.text, r.shell.shown()[before:], r.terminalsShow())
	}
	printed := strings.TrimSuffix(r.shell.shown()[before:], end)
	if expected != nil && !r.pattern(*expected, `\A\s*`, `\s*\z`).MatchString(printed) {
		r.t.Fatalf("%s:%d: the document says\n%s\nthe commands print\n%s%s", b.document, expected.line, expected.text, printed, r.terminalsShow())
	}
}

// watch waits until a terminal shows what the document says. A link that asks for a password is followed.
func (r *reader) watch(b block) {
	terminal, ok := r.terminals[b.terminal]
	if !ok {
		r.t.Fatalf("%s:%d: no block opens a terminal %s", b.document, b.line, b.terminal)
	}
	pattern := r.pattern(b, "", "")
	if !terminal.until(pattern.MatchString) {
		r.t.Fatalf("%s:%d: the document says\n%s\nthe terminal shows\n%s", b.document, b.line, b.text, terminal.shown())
	}
	if link := setupLink.FindString(terminal.shown()); link != "" && strings.Contains(b.text, "/setup?token=") {
		r.setPassword(b, link)
	}
}

// pattern matches what is printed where the block is right.
func (r *reader) pattern(b block, before, after string) *regexp.Regexp {
	text := regexp.QuoteMeta(r.addresses.Replace(strings.TrimSpace(b.text)))
	return regexp.MustCompile("(?s)" + before + strings.ReplaceAll(text, "…", ".*?") + after)
}

func (r *reader) terminalsShow() string {
	var all strings.Builder
	for name, terminal := range r.terminals {
		all.WriteString("\nterminal " + name + " shows:\n" + terminal.shown())
	}
	return all.String()
}

var setupLink = regexp.MustCompile(`http://\S+/setup\?token=\S+`)

// setPassword does what the page behind the link does. The browser tests go the way over the page.
func (r *reader) setPassword(b block, link string) {
	u, err := url.Parse(link)
	if err != nil {
		r.t.Fatal(err)
	}
	body := strings.NewReader(`{"token":"` + u.Query().Get("token") + `","password":"four plain easy words"}`)
	resp, err := http.Post("http://"+u.Host+"/api/v1/setup", "application/json", body)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		r.t.Fatalf("%s:%d: the link %s: %s", b.document, b.line, link, resp.Status)
	}
}

// TestGoProgramInTheReadme builds and runs the program that embeds the sandbox, as a module of its own.
func TestGoProgramInTheReadme(t *testing.T) {
	t.Parallel()
	blocks := blocksOf(t, "README.md")
	for i, b := range blocks {
		if b.language != "go" {
			continue
		}
		printed := runAsModule(t, b.text)
		if expected := blocks[i+1]; expected.language != "text" || strings.TrimSpace(printed) != strings.TrimSpace(expected.text) {
			t.Errorf("README.md:%d: the program prints\n%s", b.line, printed)
		}
		return
	}
	t.Error("README.md shows no Go program")
}

// runAsModule runs a program in a module that requires this one.
func runAsModule(t *testing.T, program string) string {
	t.Helper()
	self, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	const name = "github.com/tripline/tripline"
	requires := strings.Replace(string(mod), "module "+name, "module embedder", 1) +
		"\nrequire " + name + " v0.0.0\n\nreplace " + name + " => " + self + "\n"
	dir := folder(t, map[string]string{"go.mod": requires, "go.sum": string(sums), "main.go": program})
	run := exec.CommandContext(t.Context(), "go", "run", "-mod=mod", ".")
	run.Dir, run.Env = dir, append(os.Environ(), "CGO_ENABLED=0")
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

var relativeLink = regexp.MustCompile(`\]\(([^):#\s]+)[)#]`)

// TestDocumentsLinkToFiles finds links to files that are not there.
func TestDocumentsLinkToFiles(t *testing.T) {
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "testdata" || entry.Name() == "data") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".md" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, link := range relativeLink.FindAllSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), string(link[1]))); err != nil {
				t.Errorf("%s links to %s, which is not there", path, link[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
