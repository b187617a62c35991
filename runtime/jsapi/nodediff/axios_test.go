package nodediff

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/egress"
	"github.com/tripline/tripline/runtime/engine"
)

// network is a host that sends requests as the server does.
type network struct {
	client *egress.Client
	guard  egress.Guard
}

var errNoCache = errors.New("there is no cache here")

func (n network) Fetch(ctx context.Context, req runtime.HTTPRequest) (runtime.HTTPResponse, error) {
	return n.client.Do(ctx, req, n.guard)
}
func (network) CacheGet(context.Context, string) (json.RawMessage, error) { return nil, errNoCache }
func (network) CacheSet(context.Context, string, json.RawMessage, time.Duration) error {
	return errNoCache
}
func (network) CacheLock(context.Context, string) (func(), error) { return nil, errNoCache }

func TestAxios(t *testing.T) {
	scripts, marks := axiosScripts(t)
	p := newPeer(t)
	want := axiosReference(t, scripts, p)
	client := egress.New(egress.Config{Allow: []string{"127.0.0.1"}})
	defer client.CloseIdle()
	e := engine.New(runtime.DefaultLimits())
	for i, script := range scripts {
		base := fmt.Sprintf("%s/c/%d", p.URL, i)
		got := p.placeless(ours(t, e, network{client: client}, base, script)) + "\n" + p.take(i)
		switch known := marks[i]; {
		case !known && !same(got, want[i]):
			t.Errorf("%s\n--- got\n%s\n--- Node\n%s", script, shorten(got), shorten(want[i]))
		case known && same(got, want[i]):
			t.Errorf("%s\n  no longer differs: take the mark away", script)
		}
	}
}

// axiosScripts reads the cases: each line is an expression, and what it resolves to is compared.
// One that is marked is known to differ.
func axiosScripts(t *testing.T) (scripts []string, marks []bool) {
	text, err := os.ReadFile("testdata/axios-cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			line, known := strings.CutPrefix(line, otherAnswer)
			marks = append(marks, known)
			scripts = append(scripts, "const r = await "+line+"; return r && r.config && r.status ? answer(r) : r")
		}
	}
	return scripts, marks
}

// axiosReference is what axios in Node answers to each case and sends.
func axiosReference(t *testing.T, scripts []string, p *peer) []string {
	const file = "testdata/axios.jsonl"
	if !nodeIsHere(t, true) {
		return recorded(t, file, scripts)
	}
	answers := askNode(t, scripts, nil, []string{"PEER=" + p.URL})
	for i := range answers {
		answers[i] = p.placeless(answers[i]) + "\n" + p.take(i)
	}
	if *update {
		record(t, file, scripts, answers)
	}
	return answers
}

// placeless takes the peer's address out of an answer.
func (p *peer) placeless(answer string) string {
	answer = strings.ReplaceAll(answer, p.URL, "BASE")
	return boundary.ReplaceAllString(strings.ReplaceAll(answer, strings.TrimPrefix(p.URL, "http://"), "HOST"), "BOUNDARY")
}
