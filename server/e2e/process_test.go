package e2e

import (
	"bytes"
	"encoding/hex"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	adminToken = "e2e-admin-token-of-the-first-organisation"
	startsIn   = 30 * time.Second // on a machine that does much else at the same time
	endsIn     = 15 * time.Second
)

// process is the program running on a folder of its own. It can be killed and started again.
type process struct {
	t      *testing.T
	data   string
	env    map[string]string
	output lockedBuffer // of every start, stdout and stderr together

	cmd  *exec.Cmd
	done chan struct{} // closed when the process has ended
	url  string
}

// start runs the server with the settings of env beside what every test needs.
func start(t *testing.T, env map[string]string) *process {
	t.Helper()
	p := prepare(t, env)
	p.launch()
	return p
}

// prepare makes the folder and decides the settings, without a start.
func prepare(t *testing.T, env map[string]string) *process {
	t.Helper()
	p := &process{t: t, data: filepath.Join(t.TempDir(), "data"), env: map[string]string{
		"TRIPLINE_ADDR": "127.0.0.1:0", "TRIPLINE_ADMIN_TOKEN": adminToken, "TRIPLINE_LOG": "debug",
		// Beside the data, so that a search through the data folder is not one through the key.
		"TRIPLINE_MASTER_KEY": hex.EncodeToString(bytes.Repeat([]byte{0x5a}, 32)),
	}}
	p.env["TRIPLINE_DATA"] = p.data
	maps.Copy(p.env, env)
	t.Cleanup(func() {
		if p.cmd != nil {
			p.kill()
		}
		if t.Failed() {
			t.Logf("the server printed:\n%s", lastLines(p.output.String(), 4096))
		}
	})
	return p
}

func lastLines(text string, most int) string { return text[max(0, len(text)-most):] }

var readyLine = regexp.MustCompile(`is ready on (http://\S+)`)

// launch starts the process and waits until it answers.
func (p *process) launch() {
	p.t.Helper()
	p.awaitReady(p.begin())
}

// begin starts the process and returns where its output begins.
func (p *process) begin() (from int) {
	p.t.Helper()
	from = p.output.Len()
	cmd := exec.Command(program, "serve")
	for _, name := range slices.Sorted(maps.Keys(p.env)) {
		cmd.Env = append(cmd.Env, name+"="+p.env[name])
	}
	cmd.Stdout, cmd.Stderr = &p.output, &p.output
	if err := cmd.Start(); err != nil {
		p.t.Fatalf("start: %v", err)
	}
	p.cmd, p.done = cmd, make(chan struct{})
	go func(done chan struct{}) {
		_ = cmd.Wait() // how it ended is told by whoever ended it
		close(done)
	}(p.done)
	return from
}

func (p *process) awaitReady(from int) {
	p.t.Helper()
	deadline := time.Now().Add(startsIn)
	for {
		if m := readyLine.FindStringSubmatch(p.output.String()[from:]); m != nil {
			p.url = m[1]
			return
		}
		select {
		case <-p.done:
			p.t.Fatalf("the server ended at once:\n%s", p.output.String()[from:])
		case <-time.After(2 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("the server is not ready after %s:\n%s", startsIn, p.output.String()[from:])
		}
	}
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
	<-p.done
	p.cmd = nil
}

// stop ends the process as an operator would, and reports an end that is not clean.
func (p *process) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatalf("SIGTERM: %v", err)
	}
	select {
	case <-p.done:
	case <-time.After(endsIn):
		p.t.Fatalf("the server does not end within %s", endsIn)
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		p.t.Errorf("the server ended with %d", code)
	}
	p.cmd = nil
}

// admin is a client with every right in the organisation default.
func (p *process) admin() *client { return p.as(adminToken) }

func (p *process) as(token string) *client {
	return &client{t: p.t, base: func() string { return p.url }, token: token}
}

// databaseFiles are the contents of every file in the data folder, by name.
func (p *process) databaseFiles() map[string][]byte {
	p.t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(p.data, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		out[entry.Name()] = text
		return err
	})
	if err != nil {
		p.t.Fatalf("read the data folder: %v", err)
	}
	return out
}

// lockedBuffer is written by the process and read by the test.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(text)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func (b *lockedBuffer) Len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Len()
}

// plain fetches a page outside the interface and needs no login.
func (p *process) plain(path string) (int, string) {
	p.t.Helper()
	resp, err := http.Get(p.url + path)
	if err != nil {
		p.t.Fatalf("GET %s: %v", path, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatalf("GET %s: %v", path, err)
	}
	return resp.StatusCode, string(text)
}
