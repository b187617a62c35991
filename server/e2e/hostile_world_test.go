package e2e

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// hostileCase is a script of testdata/hostile with what must become of it.
type hostileCase struct {
	Name     string   `json:"name"`
	Expect   []string `json:"expect"`   // codes, one of which must come back; "ok" is an ordinary result
	Delivery string   `json:"delivery"` // what then becomes of the action
	Victim   string   `json:"victim"`   // must be true in the next run of another organisation
	File     string   `json:"file"`
	Generate string   `json:"generate"`

	source string
}

func hostileCases(t *testing.T) []hostileCase {
	t.Helper()
	const folder = repoRoot + "/testdata/hostile"
	text, err := os.ReadFile(filepath.Join(folder, "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	var index struct{ Cases []hostileCase }
	if err := json.Unmarshal(text, &index); err != nil {
		t.Fatal(err)
	}
	if len(index.Cases) < 80 {
		t.Fatalf("only %d cases", len(index.Cases))
	}
	for i := range index.Cases {
		c := &index.Cases[i]
		if c.Generate != "" {
			c.source = "/*" + strings.Repeat("x", 1_200_003) + "*/function rpc_script() { return [] }\n"
			continue
		}
		source, err := os.ReadFile(filepath.Join(folder, c.File))
		if err != nil {
			t.Fatal(err)
		}
		c.source = string(source)
	}
	return index.Cases
}

// outs are values that the index asks for in words: what the script's action sets the attribute out to.
var outs = map[string]string{
	"B03-regexp-nested-re2":   "false",
	"B24-regexp-counted-loop": "false",
	"D23-source-map-dev-zero": "1",
	"D24-source-map-passwd":   "1",
	"D29-reviver-deep":        "1",
	"F01-global-leak":         "1",
	"C04-toString-at-String":  "{}",
}

const hostileSecret = "sk-live-\"0123456789\"-abcdef"

// hostileWorld is a server with an organisation of hostile scripts and one beside it that means well.
type hostileWorld struct {
	process  *process
	hostile  *client
	benign   *client
	receiver *receiver
}

func newHostileWorld(t *testing.T) *hostileWorld {
	t.Helper()
	r := newReceiver(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/gzip") {
			bomb(w)
		}
	})
	p := start(t, map[string]string{"TRIPLINE_EGRESS_REWRITE": "https://bomb.test=" + r.URL + ",https://api.example.com=" + r.URL})
	w := &hostileWorld{process: p, benign: p.admin(), receiver: r}
	w.benign.put("/orgs/hostile", map[string]any{"name": "Hostile"})
	w.hostile = p.as(w.benign.do("POST", "/tokens", map[string]any{"name": "all", "scopes": []string{"admin"}, "org": "hostile"}).want(201).str("token"))
	setParam(w.hostile, "api_key", hostileSecret)
	w.hostile.publish("trigger", "fire", `function trigger_script(device) { return { delayms: 0, actions: [{ method: device.server_attrs.fires, params: {} }] } }`, nil)
	w.benign.publish("rpc", "good", `function rpc_script({ params }) { return [{ type: "modifyAttrs", dnMsg: { server_attrs: { n: params.n } } }] }`, map[string]any{"org_wide": true})
	w.benign.put("/devices/good", map[string]any{})
	return w
}

// bomb sends 10 GB of zeros as long as they are taken, which takes 10 MB on the wire.
func bomb(w http.ResponseWriter) {
	w.Header().Set("Content-Encoding", "gzip")
	out := gzip.NewWriter(w)
	zeros := bytes.Repeat([]byte{0}, 1<<20)
	for range 10 << 10 {
		if _, err := out.Write(zeros); err != nil {
			return
		}
	}
}

// checkBenign runs something of the other organisation, and whatever must still be true there.
func (w *hostileWorld) checkBenign(t *testing.T, h *hostileCase) {
	t.Helper()
	c := *w.benign
	c.t = t
	c.rpc("good", "good", map[string]any{"n": 1}).expect("result.actions", "1")
	if h.Victim != "" {
		c.publish("rpc", "victim", "return [{ type: \"modifyAttrs\", dnMsg: { server_attrs: { safe: "+h.Victim+" } } }]", map[string]any{"org_wide": true})
		c.rpc("good", "victim", nil).expect("result.actions", "1")
		c.get("/devices/good").expect("server_attrs.safe", "true")
		c.do("POST", "/scripts/test", map[string]any{"kind": "rpc", "source": "return [{ type: \"modifyAttrs\", dnMsg: { server_attrs: { safe: " + h.Victim + " } } }]"}).
			want(200).expect("actions.0.attributes.server_attrs.safe", "true")
	}
}

// residentKB is the memory of the server itself, in KB.
func (w *hostileWorld) residentKB(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/proc/" + strconv.Itoa(w.process.cmd.Process.Pid) + "/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kb
}

// warmUp has the server do ordinary work until its heap is as large as that makes it.
func (w *hostileWorld) warmUp(t *testing.T) {
	t.Helper()
	padding := strings.Repeat("x", 200<<10)
	for n := range 200 {
		w.benign.rpc("good", "good", map[string]any{"n": n})
		if n%4 == 0 {
			w.benign.do("POST", "/scripts/test", map[string]any{"kind": "rpc", "source": "/*" + padding + strconv.Itoa(n) + "*/ return []"}).want(200)
		}
	}
}
