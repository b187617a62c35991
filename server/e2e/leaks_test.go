package e2e

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// encodings lists the texts by which a secret may stand somewhere: written here without a look at how the
// product does it.
func encodings(secret string) map[string]string {
	quoted, _ := json.Marshal(secret)
	inJSON := string(quoted[1 : len(quoted)-1])
	var plainJSON strings.Builder
	enc := json.NewEncoder(&plainJSON)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(secret)
	out := map[string]string{
		"raw": secret, "JSON": inJSON, "JSON without HTML escapes": strings.Trim(plainJSON.String(), "\"\n"),
		"query": url.QueryEscape(secret), "path": url.PathEscape(secret),
		"component": strings.ReplaceAll(url.QueryEscape(secret), "+", "%20"),
		"hex":       hex.EncodeToString([]byte(secret)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(secret))),
	}
	for shift, prefix := range []string{"", "x", "xy"} {
		// Without the ends, which hold bits of what stands beside the secret.
		for name, coding := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
			text := coding.EncodeToString([]byte(prefix + secret))
			out[name+" shifted by "+string(rune('0'+shift))] = text[(shift*8+5)/6 : (shift+len(secret))*8/6]
		}
	}
	return out
}

// leakFinder looks for secrets in texts.
type leakFinder struct {
	t       *testing.T
	secrets map[string]map[string]string // encodings by name
}

func newLeakFinder(t *testing.T, secrets map[string]string) *leakFinder {
	f := &leakFinder{t: t, secrets: map[string]map[string]string{}}
	for name, value := range secrets {
		f.secrets[name] = encodings(value)
	}
	return f
}

// look reports every secret that stands in text.
func (f *leakFinder) look(where, text string) {
	f.t.Helper()
	for _, name := range slices.Sorted(maps.Keys(f.secrets)) {
		for form, needle := range f.secrets[name] {
			if at := strings.Index(text, needle); at >= 0 {
				f.t.Errorf("%s: the secret %s stands there as %s: …%s…", where, name, form, text[max(0, at-80):min(len(text), at+len(needle)+20)])
				break
			}
		}
	}
}

// process looks through what the process printed and what lies in its data folder.
func (f *leakFinder) process(when string, p *process) {
	f.t.Helper()
	f.look(when+": output of the process", p.output.String())
	files := p.databaseFiles()
	if len(files["tripline.db"]) == 0 {
		f.t.Errorf("%s: the database was not found among %v", when, slices.Sorted(maps.Keys(files)))
	}
	for name, content := range files {
		f.look(when+": file "+name, string(content))
	}
}

// everyGet calls every GET route that the interface describes, with each id that its lists show, and
// hands every reply to look. It returns how many there were.
func everyGet(c *client, look func(call, text string)) int {
	c.t.Helper()
	var doc struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal([]byte(c.get("/openapi.json").text), &doc); err != nil {
		c.t.Fatal(err)
	}
	n := 0
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		if doc.Paths[path]["get"] == nil || strings.HasSuffix(path, "/events") {
			continue // a stream has no end; it carries ids and states only
		}
		for _, actual := range actualPaths(c, path) {
			r := c.do("GET", actual, nil)
			look(r.call, r.text)
			n++
		}
	}
	return n
}

// actualPaths puts what exists into the variables of a path.
func actualPaths(c *client, path string) []string {
	c.t.Helper()
	if !strings.Contains(path, "{") {
		out := []string{path + "?limit=500"}
		if path == "/alarms" {
			out = append(out, path+"?state=cleared&limit=500")
		}
		return out
	}
	list, rest, _ := strings.Cut(path, "/{")
	_, rest, _ = strings.Cut("{"+rest, "}")
	switch list {
	case "/scripts": // {kind}/{name} and perhaps a version
		var out []string
		for _, kind := range []string{"rpc", "trigger", "parser"} {
			for _, name := range namesIn(c, "/scripts?limit=500&kind="+kind, "name") {
				one := strings.NewReplacer("{kind}", kind, "{name}", name, "{version}", "1").Replace(path)
				out = append(out, one)
			}
		}
		return out
	}
	key := map[string]string{"/devices": "eui", "/org-params": "key", "/orgs": "code", "/users": "name"}[list]
	if key == "" {
		key = "id"
	}
	var out []string
	for _, name := range namesIn(c, list+"?limit=500", key) {
		out = append(out, list+"/"+url.PathEscape(name)+rest)
	}
	return out
}

// namesIn returns one field of every item of a list; none when the caller may not see it.
func namesIn(c *client, list, field string) []string {
	c.t.Helper()
	r := c.do("GET", list, nil)
	if r.status != 200 {
		return nil
	}
	var reply struct {
		Items []map[string]any `json:"items"`
	}
	if err := json.Unmarshal([]byte(r.text), &reply); err != nil {
		c.t.Fatal(err)
	}
	var out []string
	for _, item := range reply.Items {
		if name, ok := item[field].(string); ok {
			out = append(out, name)
		}
	}
	return out
}
