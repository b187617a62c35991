package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// client calls the interface as one caller.
type client struct {
	t      *testing.T
	base   func() string // changes with every start of the server
	token  string        // "" for none
	cookie string        // of a session; "" for none
}

// reply is one answer of the interface.
type reply struct {
	t      *testing.T
	call   string // method and path, for messages
	status int
	header http.Header
	text   string
}

// try makes a call and returns the error of a connection that broke.
func (c *client) try(method, path string, body any) (*reply, error) {
	var text []byte
	switch b := body.(type) {
	case nil:
	case string:
		text = []byte(b)
	default:
		var err error
		if text, err = json.Marshal(b); err != nil {
			return nil, err
		}
	}
	if !strings.HasPrefix(path, "http") {
		path = c.base() + "/api/v1" + path
	}
	req, err := http.NewRequest(method, path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if c.cookie != "" {
		req.Header.Set("Cookie", c.cookie)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	return &reply{t: c.t, call: method + " " + path, status: resp.StatusCode, header: resp.Header, text: string(out)}, nil
}

// do makes a call that must be answered, with whatever status. A body that is a string is sent as it is.
func (c *client) do(method, path string, body any) *reply {
	c.t.Helper()
	r, err := c.try(method, path, body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

func (c *client) get(path string) *reply { c.t.Helper(); return c.do("GET", path, nil).want(200) }

func (c *client) put(path string, body any) *reply {
	c.t.Helper()
	return c.do("PUT", path, body).want(200)
}

// publish puts a script. extra is merged into the body.
func (c *client) publish(kind, name, source string, extra map[string]any) {
	c.t.Helper()
	body := map[string]any{"source": source}
	for k, v := range extra {
		body[k] = v
	}
	c.put("/scripts/"+kind+"/"+name, body)
}

// uplink posts telemetry of the thing model tm and waits until its triggers ran.
func (c *client) uplink(eui string, telemetry map[string]any) *reply {
	c.t.Helper()
	return c.do("POST", "/uplinks?wait=1", map[string]any{"eui": eui, "thingModelId": "tm", "telemetry_data": telemetry}).want(202)
}

// rpc calls an RPC for a device and waits until its actions were attempted.
func (c *client) rpc(eui, method string, params map[string]any) *reply {
	c.t.Helper()
	all := map[string]any{"_eui": eui}
	for k, v := range params {
		all[k] = v
	}
	return c.do("POST", "/rpc?wait=1", map[string]any{"jsonrpc": "2.0", "id": "1", "method": method, "params": all}).want(200)
}

// settled returns an execution when all its scripts ran and every delivery of it has been attempted.
func (c *client) settled(id string) *reply {
	c.t.Helper()
	var r *reply
	eventually(c.t, "execution "+id+" settles", func() bool {
		r = c.get("/executions/" + id)
		if state := r.str("state"); state != "completed" && state != "failed" {
			return false
		}
		for i := range r.count("deliveries") {
			switch r.str("deliveries." + strconv.Itoa(i) + ".state") {
			case "scheduled", "available", "running":
				return false
			}
		}
		return true
	})
	return r
}

// want ends the test when the status is another.
func (r *reply) want(status int) *reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("%s: %d, want %d: %s", r.call, r.status, status, r.text)
	}
	return r
}

// find returns the value at a path such as items.0.state, and whether there is one.
func (r *reply) find(path string) (any, bool) {
	r.t.Helper()
	dec := json.NewDecoder(strings.NewReader(r.text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		r.t.Fatalf("%s: not JSON: %v: %s", r.call, err, r.text)
	}
	for name := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			var ok bool
			if v, ok = in[name]; !ok {
				return nil, false
			}
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(in) {
				return nil, false
			}
			v = in[i]
		default:
			return nil, false
		}
	}
	return v, true
}

func (r *reply) has(path string) bool { r.t.Helper(); _, ok := r.find(path); return ok }

// str returns a string, number or boolean as text; "" when there is none.
func (r *reply) str(path string) string {
	r.t.Helper()
	v, ok := r.find(path)
	if !ok || v == nil {
		return ""
	}
	if s, ok := v.(string); ok {
		return s
	}
	text, err := json.Marshal(v)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}

// count is the length of an array; 0 when there is none.
func (r *reply) count(path string) int {
	r.t.Helper()
	v, _ := r.find(path)
	list, _ := v.([]any)
	return len(list)
}

// expect compares one value with its text.
func (r *reply) expect(path, want string) *reply {
	r.t.Helper()
	if got := r.str(path); got != want {
		r.t.Errorf("%s: %s is %q, want %q: %s", r.call, path, got, want, r.text)
	}
	return r
}

// patience bounds every wait for something that happens in its own time.
const patience = 20 * time.Second

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s in vain until %s", patience, what)
		}
	}
}

// allItems walks through all pages of a list.
func allItems(c *client, list string) []map[string]any {
	c.t.Helper()
	sep := map[bool]string{true: "&", false: "?"}[strings.Contains(list, "?")]
	var out []map[string]any
	for cursor := ""; ; {
		page := list + sep + "limit=500"
		if cursor != "" {
			page += "&cursor=" + cursor
		}
		var reply struct {
			Items []map[string]any `json:"items"`
			Next  string           `json:"next_cursor"`
		}
		if err := json.Unmarshal([]byte(c.get(page).text), &reply); err != nil {
			c.t.Fatal(err)
		}
		out = append(out, reply.Items...)
		if reply.Next == "" {
			return out
		}
		if reply.Next == cursor {
			c.t.Fatalf("%s: the cursor %q leads to itself", list, cursor)
		}
		cursor = reply.Next
	}
}
