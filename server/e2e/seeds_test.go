package e2e

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dop251/goja/parser"
)

// wecomScripts are the scripts of the document "Push Alerts to WeCom via RPC".
type wecomScripts struct {
	plain   string // §3.3: content as a text message
	notify  string // §3.4: an alarm as a markdown message
	trigger string // §5: one params object for alarm and wecom_notify
	channel string // §6.2: the statement that picks a bot
	webhook string // the statement of §3.4 that §6.2 replaces
	app     string // §7.3: the same through a self-built app

	alarm             string // the name that the trigger gives its alarm
	raised, recovered string // what tells the two messages apart
}

const seedDocument = "002_a67753a70aecf03f.txt"

// loadWecomScripts reads the scripts from the document itself, as it is. In a clone that has no such
// document beside it, scripts of our own of the same shape stand in, unless TRIPLINE_REQUIRE_SHARED says
// that the document must be there.
func loadWecomScripts(t *testing.T) wecomScripts {
	t.Helper()
	shared := os.Getenv("TRIPLINE_SHARED")
	if shared == "" {
		shared = filepath.Join(repoRoot, "..", "shared")
	}
	path := filepath.Join(shared, "seeds", seedDocument)
	text, err := os.ReadFile(path)
	switch {
	case err == nil:
		return fromDocument(t, string(text))
	case !errors.Is(err, fs.ErrNotExist) || os.Getenv("TRIPLINE_REQUIRE_SHARED") == "1":
		t.Fatalf("the document with the scripts: %v", err)
	}
	t.Logf("there is no %s: the scripts in testdata/wecom stand in for the document's", path)
	return fromTestdata(t)
}

func fromDocument(t *testing.T, text string) wecomScripts {
	t.Helper()
	return wecomScripts{
		plain:   function(t, text, "3.3 RPC Script"),
		notify:  function(t, text, "3.4 RPC Script"),
		trigger: function(t, text, "5. Wiring into the Alert Flow"),
		channel: statement(t, text, "6.2 RPC Script", "let webhook = params.channel"),
		webhook: statement(t, text, "3.4 RPC Script", "let webhook ="),
		app:     function(t, text, "7.3 RPC Script"),
		alarm:   "overheat_alarm", raised: "Device Alarm", recovered: "Alarm Recovered",
	}
}

func fromTestdata(t *testing.T) wecomScripts {
	t.Helper()
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("testdata", "wecom", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	return wecomScripts{
		plain: read("plain.js"), notify: read("notify.js"), trigger: read("trigger.js"), channel: strings.TrimSpace(read("channel.js")), app: read("app.js"),
		webhook: statement(t, read("notify.js"), "function", "let webhook ="),
		alarm:   "hot", raised: "Raised:", recovered: "Over:",
	}
}

// function returns the first function after a heading: from the line that begins it to the brace with
// which it is whole. The document has lost its indentation, and runs the next heading into that line.
func function(t *testing.T, text, heading string) string {
	t.Helper()
	rest := after(t, text, heading)
	var out []string
	for line := range strings.Lines(rest) {
		begins := strings.HasPrefix(line, "function ") || strings.HasPrefix(line, "async function ")
		if len(out) == 0 && !begins {
			continue
		}
		out = append(out, line)
		if strings.HasPrefix(line, "}") {
			source := strings.Join(out[:len(out)-1], "") + "}\n"
			if _, err := parser.ParseFile(nil, heading, source, 0, parser.WithDisableSourceMaps); err == nil {
				return source
			}
		}
	}
	t.Fatalf("no function after %q", heading)
	return ""
}

// statement returns the first statement that begins so after a heading.
func statement(t *testing.T, text, heading, begins string) string {
	t.Helper()
	rest := after(t, text, heading)
	at := strings.Index(rest, begins)
	if at < 0 {
		t.Fatalf("no %q after %q", begins, heading)
	}
	return rest[at : at+strings.IndexByte(rest[at:], ';')+1]
}

func after(t *testing.T, text, heading string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, heading)
	if !found {
		t.Fatalf("the document has no %q", heading)
	}
	return rest
}

// swapped returns the trigger with its two calls in the other order.
func (s wecomScripts) swapped(t *testing.T) string {
	t.Helper()
	const first, second = `{ method: "alarm", params: alarmParams }`, `{ method: "wecom_notify", params: alarmParams }`
	if !strings.Contains(s.trigger, first) || strings.Index(s.trigger, second) < strings.Index(s.trigger, first) {
		t.Fatalf("the trigger does not call alarm and then wecom_notify:\n%s", s.trigger)
	}
	return strings.NewReplacer(first, second, second, first).Replace(s.trigger)
}

// withChannel returns §3.4 with the statement of §6.2 in it.
func (s wecomScripts) withChannel(t *testing.T) string {
	t.Helper()
	if !strings.Contains(s.notify, s.webhook) {
		t.Fatalf("no %q in\n%s", s.webhook, s.notify)
	}
	return strings.Replace(s.notify, s.webhook, s.channel, 1)
}
