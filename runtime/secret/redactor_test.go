package secret

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// spelled lists a value in every form that a text may have it in.
func spelled(value string) map[string]string {
	plainJSON, _ := json.Marshal(value)
	twice, _ := json.Marshal(string(plainJSON))
	var ascii strings.Builder
	for _, r := range value {
		if r >= 0x10000 {
			ascii.WriteString(strings.Trim(strconv.QuoteToASCII(string(r)), `"`))
		} else {
			ascii.WriteString(`\u` + strings.ToUpper(strconv.FormatInt(0x10000+int64(r), 16)[1:]))
		}
	}
	var percent strings.Builder
	for i := range len(value) {
		percent.WriteString("%" + strings.ToLower(strconv.FormatInt(0x100+int64(value[i]), 16)[1:]))
	}
	return map[string]string{
		"raw":           value,
		"json":          string(plainJSON[1 : len(plainJSON)-1]),
		"stringify":     quoted(value),
		"json in json":  string(twice[1 : len(twice)-1]),
		"all \\u":       ascii.String(),
		"go %q":         strings.Trim(strconv.Quote(value), `"`),
		"query":         url.QueryEscape(value),
		"path":          url.PathEscape(value),
		"component":     componentEscape(value),
		"query twice":   url.QueryEscape(url.QueryEscape(value)),
		"every %":       percent.String(),
		"hex":           hex.EncodeToString([]byte(value)),
		"HEX":           strings.ToUpper(hex.EncodeToString([]byte(value))),
		"base64":        base64.StdEncoding.EncodeToString([]byte(value)),
		"base64url":     base64.URLEncoding.EncodeToString([]byte(value)),
		"base64 +1":     base64.StdEncoding.EncodeToString([]byte("u" + value + "~~")),
		"base64 +2":     base64.StdEncoding.EncodeToString([]byte("u:" + value)),
		"base64url +2":  base64.RawURLEncoding.EncodeToString([]byte("u:" + value + "?")),
		"base64 escape": url.QueryEscape(base64.StdEncoding.EncodeToString([]byte("ab" + value))),
		"base64 json":   base64.StdEncoding.EncodeToString([]byte(`{"a":"` + quoted(value) + `"}`)),
	}
}

var secrets = []string{
	"correct horse battery",
	"12345678",
	`a"b\c/d<e>&f+g=h%41\n`,
	"密码是一二三四",
	"tab\tand\nline\u2028 end",
	"4f2a9c1e-77b0-4c1d-9a52-1e0f5a6b7c8d",
	"emoji🔑🔑value",
}

func TestEveryFormIsMasked(t *testing.T) {
	r := NewRedactor(append([]string{"short"}, secrets...))
	for _, value := range secrets {
		for form, text := range spelled(value) {
			t.Run(form+" of "+value, func(t *testing.T) {
				for _, frame := range []string{"%s", "before %s after", `{"x":"%s","y":1}`, "a=%s&b"} {
					in := strings.Replace(frame, "%s", text, 1)
					out := r.String(in)
					if out == in || !strings.Contains(out, Mask) {
						t.Fatalf("%q is not masked", in)
					}
					assertGone(t, out, value)
					if string(r.Bytes([]byte(in))) != out {
						t.Error("Bytes differs from String")
					}
					if r.String(out) != out {
						t.Errorf("masking again changes %q to %q", out, r.String(out))
					}
				}
			})
		}
	}
}

func assertGone(t *testing.T, text, value string) {
	t.Helper()
	for form, spelling := range spelled(value) {
		// The first and last characters of these depend on what is around, and are left.
		if strings.HasPrefix(form, "base64") && len(spelling) > 16 {
			spelling = strings.TrimRight(spelling, "=%3D")
			spelling = spelling[8 : len(spelling)-4]
		}
		if len(spelling) >= MinLength && strings.Contains(text, spelling) {
			t.Errorf("%q still has the %s form %q", text, form, spelling)
		}
	}
}

// A value is looked for at every fifth byte only: it must be found wherever it begins and ends.
func TestEveryPlaceIsSearched(t *testing.T) {
	const value = "correct horse battery"
	for size := MinLength; size <= len(value); size++ {
		r := NewRedactor([]string{value[:size]})
		for before := range 12 {
			for after := range 12 {
				in := strings.Repeat("c", before) + value[:size] + strings.Repeat("y", after)
				if want := strings.Repeat("c", before) + Mask + strings.Repeat("y", after); r.String(in) != want {
					t.Errorf("%q became %q", in, r.String(in))
				}
			}
		}
	}
}

func TestHarmlessTextIsReturnedAsItIs(t *testing.T) {
	r := NewRedactor(append(secrets, "short"))
	for _, text := range []string{
		"", "short", "a short text", `{"temp":23.5,"s":"80 % of\nwhat \u00e4 \\ is"}`, "https://example.com/a?x=1&monkey=2",
		"Device 0102030405060708 is hot", "key=5 and sign=up", "mailto:a@b.example", "12345",
	} {
		if out := r.String(text); out != text {
			t.Errorf("%q became %q", text, out)
		}
	}
	text := json.RawMessage(`{"temp":23.5,"s":"80 % of what","eui":"0102030405060708","url":"https://example.com/a?x=1"}`)
	if n := testing.AllocsPerRun(100, func() { r.JSON(text) }); n > 0 {
		t.Errorf("%v allocations for a text without secrets", n)
	}
}

func TestURLs(t *testing.T) {
	const key = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"
	r := NewRedactor([]string{
		"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + key,
		"https://open.feishu.cn/open-apis/bot/v2/hook/0f1e2d3c-aaaa-bbbb",
		"https://hooks.example.com/services/T0001/B0002/XyZ",
		"postgres://app:s3cr3t-pw@db.example.com:5432/x",
		"https://api.example.com/push?device=longdevicename",
		"https://robot.example.com/send?key=tiny",
		"https://bare.example.com",
		"https://chat.example.com/incoming-webhooks/Zq3vT8mWk1Lr6YpX9sBd",
	})
	for _, c := range []struct{ name, in, want string }{
		{"keeps host and path", "POST https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + key + ": 500", "POST https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=•••: 500"},
		{"credential alone", "the key " + key + " is wrong", "the key ••• is wrong"},
		{"escaped whole", "u=" + url.QueryEscape("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="+key), "u=https%3A%2F%2Fqyapi.weixin.qq.com%2Fcgi-bin%2Fwebhook%2Fsend%3Fkey%3D•••"},
		{"Feishu id", "hook 0f1e2d3c-aaaa-bbbb", "hook •••"},
		{"any Feishu URL", "https://open.larksuite.com/open-apis/bot/v2/hook/another-id?x=1", "https://open.larksuite.com/open-apis/bot/v2/hook/•••?x=1"},
		{"no known credential", "https://hooks.example.com/services/T0001/B0002/XyZ", "https://hooks.example.com/•••"},
		{"a token in the path alone", "no hook Zq3vT8mWk1Lr6YpX9sBd among incoming-webhooks", "no hook ••• among incoming-webhooks"},
		{"userinfo", "dial postgres://app:s3cr3t-pw@db.example.com:5432/x", "dial postgres://app:•••@db.example.com:5432/x"},
		{"password alone", "pw s3cr3t-pw", "pw •••"},
		{"unnamed query value", "https://api.example.com/push?device=longdevicename", "https://api.example.com/push?device=•••"},
		{"short key in its URL", "https://robot.example.com/send?key=tiny", "https://robot.example.com/send?key=•••"},
		{"short key elsewhere", "tiny", "tiny"},
		{"an address and nothing else", "see https://bare.example.com/ for more", "see https://bare.example.com/ for more"},
		{"fetched token", "https://qyapi.weixin.qq.com/cgi-bin/message/send?debug=1&access_token=abc&x=1", "https://qyapi.weixin.qq.com/cgi-bin/message/send?debug=1&access_token=•••&x=1"},
		{"token in JSON", `{"url":"https://a.example/x?corpid=ww1\u0026corpsecret=ab\/cd\u0026z=1"}`, `{"url":"https://a.example/x?corpid=ww1\u0026corpsecret=•••\u0026z=1"}`},
		{"upper case", "https://a.example/?ACCESS_TOKEN=abc#f", "https://a.example/?ACCESS_TOKEN=•••#f"},
		{"Go error", `Post "https://oapi.dingtalk.com/robot/send?access_token=q&timestamp=1&sign=a%2Bb%3D": EOF`, `Post "https://oapi.dingtalk.com/robot/send?access_token=•••&timestamp=1&sign=•••": EOF`},
		{"any userinfo", "http://token@h.example/ http://u:p:w@h.example", "http://•••@h.example/ http://u:•••@h.example"},
		{"port is no password", "http://h.example:8080/a@b", "http://h.example:8080/a@b"},
		{"URL in a URL", "https://a.example/?next=https%3A%2F%2Fb.example%2F%3Ftoken%3Dq%26x%3D1", "https://a.example/?next=https%3A%2F%2Fb.example%2F%3Ftoken%3D•••%26x%3D1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := r.String(c.in); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
	if got := MaskURLs("https://a.example/?key=abc " + key); got != "https://a.example/?key=••• "+key {
		t.Errorf("without values: %s", got)
	}
}

func TestJSONStaysJSON(t *testing.T) {
	r := NewRedactor([]string{"12345678", `{"type":"service","k":"v"}`, "say \"cheese\"", "a&b=c<d>e"})
	for _, c := range []struct{ in, want string }{
		{`{"n":12345678,"m":-12345678.5,"o":1}`, `{"n":"•••","m":"•••","o":1}`},
		{`{"12345678":true}`, `{"•••":true}`},
		{`["x say \"cheese\" y"]`, `["x ••• y"]`},
		{`["say \u0022cheese\u0022","\u00e4"]`, `["•••","\u00e4"]`},
		{`{"a":{"type":"service","k":"v"}}`, `"•••"`},
		{`{"a":"{\"type\":\"service\",\"k\":\"v\"}"}`, `{"a":"•••"}`},
		{`{"a":"a\u0026b=c\u003cd\u003ee"}`, `{"a":"•••"}`},
		{`{"body":"{\"q\":\"a\\u0026b=c\\u003cd\\u003ee\"}"}`, `{"body":"{\"q\":\"•••\"}"}`},
		{`{"b":"MTIzNDU2Nzg="}`, `{"b":"•••g="}`},
		{`null`, `null`},
		{`not json 12345678`, `not json •••`},
	} {
		if got := string(r.JSON(json.RawMessage(c.in))); got != c.want {
			t.Errorf("%s: got %s, want %s", c.in, got, c.want)
		}
	}
}

func TestValuesLeavesOtherURLsAlone(t *testing.T) {
	r := NewRedactor([]string{"https://a.example/send?key=0123456789"})
	const text = `{"mine":"https://a.example/send?key=0123456789","other":"https://b.example/?token=abc"}`
	if got := string(r.Values(json.RawMessage(text))); got != `{"mine":"https://a.example/send?key=•••","other":"https://b.example/?token=abc"}` {
		t.Error(got)
	}
	if got := string((*Redactor)(nil).Values(json.RawMessage(text))); got != text {
		t.Error(got)
	}
}

func TestLogIsMasked(t *testing.T) {
	var out bytes.Buffer
	r := NewRedactor([]string{"battery staple"})
	log := slog.New(NewLogHandler(slog.NewJSONHandler(&out, nil), func() *Redactor { return r }))
	log.With("a", "battery staple").WithGroup("g").Error("battery staple",
		"err", errors.New("no battery staple"), slog.Group("in", "b", []byte("battery staple")),
		"list", []string{"battery staple"}, "raw", json.RawMessage(`"battery staple"`), "n", 1, "url", &url.URL{Scheme: "http", Host: "h", RawQuery: "key=x"})
	if text := out.String(); strings.Contains(text, "staple") || strings.Contains(text, "key=x") || strings.Count(text, Mask) != 7 {
		t.Errorf("the log says %s", text)
	}
}

func FuzzRedactedTextNeverHasTheValue(f *testing.F) {
	for _, s := range secrets {
		f.Add(s, "before ", " after", "x")
		f.Add(s, `{"a":"`, `","b":"\u0026key=`, "%41%")
	}
	f.Fuzz(func(t *testing.T, value, before, after, other string) {
		if !utf8.ValidString(value) || len(value) < MinLength || len(value) > 200 || strings.ContainsRune(value, 0) || strings.Contains(Mask, value) {
			t.Skip("no value that a redactor is given, or one under MinLength, which it leaves alone by design")
		}
		if _, isURL := asURL(value); isURL {
			t.Skip("of a URL host and path are kept by design")
		}
		r := NewRedactor([]string{other, value})
		for form, text := range spelled(value) {
			in := before + text + after
			out := r.String(in)
			if strings.Contains(out, value) {
				t.Fatalf("%s form: %q became %q", form, in, out)
			}
			if form == "raw" || strings.HasPrefix(form, "base64") || form == "json" || form == "query" {
				if strings.Contains(out, text) && !strings.Contains(before+after, text) {
					t.Fatalf("%s form: %q became %q", form, in, out)
				}
			}
			doc, _ := json.Marshal(map[string]any{"x": in, text: 1})
			masked := r.JSON(doc)
			if !json.Valid(masked) {
				t.Fatalf("%s became %s", doc, masked)
			}
			var back any
			_ = json.Unmarshal(masked, &back)
			if m, ok := back.(map[string]any); ok {
				for k, v := range m {
					if s, _ := v.(string); strings.Contains(s, value) || strings.Contains(k, value) {
						t.Fatalf("%s became %s", doc, masked)
					}
				}
			}
		}
	})
}

func BenchmarkNothingToMask(b *testing.B) {
	r := NewRedactor(append(secrets, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"))
	text := json.RawMessage(`{"url":"https://example.com/a","data":"` + strings.Repeat(`{\"temp\":23.5,\"eui\":\"0102030405060708\"}\n`, 20) + `"}`)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r.JSON(text)
	}
}
