package axios

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/jsonvalue"
)

// meaning is what becomes of an option of a request config.
type meaning uint8

const (
	undocumented meaning = iota
	honoured
	ignored // documented, but it means nothing here, or is a function and so cannot be in JSON
	refused // it would lead around the guard of the network
)

// options are the documented ones of axios 1.x with its http adapter.
var options = map[string]meaning{
	"url": honoured, "method": honoured, "baseURL": honoured, "allowAbsoluteUrls": honoured, "headers": honoured,
	"params": honoured, "paramsSerializer": honoured, "data": honoured, "formSerializer": honoured, "auth": honoured,
	"timeout": honoured, "maxRedirects": honoured, "maxContentLength": honoured, "maxBodyLength": honoured,
	"decompress": honoured, "responseType": honoured, "responseEncoding": honoured, "validateStatus": honoured,
	"timeoutErrorMessage": honoured, "transitional": honoured,

	"transformRequest": ignored, "transformResponse": ignored, "withCredentials": ignored, "withXSRFToken": ignored,
	"xsrfCookieName": ignored, "xsrfHeaderName": ignored, "onUploadProgress": ignored, "onDownloadProgress": ignored,
	"beforeRedirect": ignored, "cancelToken": ignored, "signal": ignored, "env": ignored, "maxRate": ignored,
	"insecureHTTPParser": ignored, "family": ignored, "httpVersion": ignored, "http2Options": ignored,
	"fetchOptions": ignored, "formDataHeaderPolicy": ignored, "sensitiveHeaders": ignored, "redact": ignored,
	"parseReviver": ignored, "allowedSocketPaths": ignored,

	"proxy": refused, "socketPath": refused, "httpAgent": refused, "httpsAgent": refused, "adapter": refused,
	"transport": refused, "lookup": refused,
}

// Documented reports whether axios's documentation has the option.
func Documented(option string) bool { return options[option] != undocumented }

// check sorts the options of config: it returns the ignored ones, and an invalid.Error that names every
// one that is refused.
func check(config jsonvalue.Value) (skipped []string, err error) {
	var problems invalid.Error
	for _, m := range config.Members {
		switch options[m.Name] {
		case ignored:
			if !m.Value.Nullish() {
				skipped = append(skipped, m.Name)
			}
		case refused:
			problems = report(problems, m.Name, "is not allowed here: it would go around the guarded network; remove it")
		case undocumented:
			problems = report(problems, place("", m.Name), "is not a documented axios option; remove it")
		}
	}
	if problems != nil {
		return nil, problems
	}
	return skipped, nil
}

// maxProblems is how many problems of one config are named: nobody reads more.
const maxProblems = 10

func report(problems invalid.Error, location, message string) invalid.Error {
	if len(problems) == maxProblems {
		return problems
	}
	return append(problems, invalid.Field{Location: location, Message: message})
}

// longestName is how much of a name that a script chose is shown.
const longestName = 64

// place is the path of a member, in brackets and quotes when its name is not a plain word.
func place(parent, name string) string {
	plain := !strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`".[]:`, r) })
	switch {
	case !plain || name == "" || len(name) > longestName:
		return fmt.Sprintf("%s[%q]", parent, name[:min(len(name), longestName)])
	case parent == "":
		return name
	default:
		return parent + "." + name
	}
}

// settings are the plain options of a config.
type settings struct {
	method           string // in lower case
	address          string // baseURL and url together
	timeout          time.Duration
	maxRedirects     int
	maxContentLength int64
	maxBodyLength    int64
	noDecompress     bool
	user             string // user:password, with hasAuth
	hasAuth          bool
}

func readSettings(config jsonvalue.Value) (s settings, err error) {
	r := reader{config: config}
	s.method = strings.ToLower(r.text("method"))
	if s.method == "" {
		s.method = "get"
	}
	if checkName(s.method) != nil || s.method == "connect" {
		r.fail("method", "must be an HTTP method such as GET or POST")
	}
	s.address = r.address()
	s.timeout = r.milliseconds("timeout")
	s.maxRedirects = int(r.integer("maxRedirects", -1, 0, math.MaxInt32))
	s.maxContentLength = r.integer("maxContentLength", 0, -1, math.MaxInt64)
	s.maxBodyLength = r.integer("maxBodyLength", -1, -1, math.MaxInt64)
	s.noDecompress = config.Get("decompress").Is(false)
	s.user, s.hasAuth = r.auth()
	r.text("responseType")
	r.text("responseEncoding")
	r.text("timeoutErrorMessage")
	r.kind("params", jsonvalue.Object, jsonvalue.Array)
	r.kind("headers", jsonvalue.Object)
	r.kind("paramsSerializer", jsonvalue.Object)
	r.kind("formSerializer", jsonvalue.Object)
	r.kind("transitional", jsonvalue.Object)
	r.kind("decompress", jsonvalue.Bool)
	r.kind("allowAbsoluteUrls", jsonvalue.Bool)
	if r.problems != nil {
		return settings{}, r.problems
	}
	return s, nil
}

// reader reads options and gathers what is wrong with them. A null option is one that is not there.
type reader struct {
	config   jsonvalue.Value
	problems invalid.Error
}

func (r *reader) fail(location, format string, args ...any) {
	r.problems = append(r.problems, invalid.At(location, format, args...)...)
}

func (r *reader) kind(name string, kinds ...jsonvalue.Kind) bool {
	v := r.config.Get(name)
	if v.Nullish() {
		return false
	}
	if !slices.Contains(kinds, v.Kind) {
		r.fail(name, "must be %s, not %s", kinds[0], v.Kind)
		return false
	}
	return true
}

func (r *reader) text(name string) string {
	r.kind(name, jsonvalue.String)
	return r.config.Get(name).Text()
}

func (r *reader) address() string {
	relative, base := r.text("url"), r.text("baseURL")
	if relative == "" && base == "" {
		if len(r.problems) == 0 {
			r.fail("url", "is missing; give an absolute http or https URL")
		}
		return ""
	}
	address, err := fullURL(base, relative, !r.config.Get("allowAbsoluteUrls").Is(false))
	if err != nil {
		r.fail("url", "%s", err)
	}
	return address
}

// longest is what a time that is too long for a clock is cut to.
const longest = 365 * 24 * time.Hour

// milliseconds takes a string with a number too, as axios does.
func (r *reader) milliseconds(name string) time.Duration {
	v := r.config.Get(name)
	if v.Nullish() || v.Is(false) {
		return 0
	}
	ms, err := strconv.ParseFloat(v.Text(), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) || math.IsNaN(ms) || ms < 0 || (v.Kind != jsonvalue.Number && v.Kind != jsonvalue.String) {
		r.fail(name, "must be a number of milliseconds, 0 or more")
		return 0
	}
	return time.Duration(min(ms, float64(longest.Milliseconds()))) * time.Millisecond
}

func (r *reader) integer(name string, absent, least, most int64) int64 {
	if !r.kind(name, jsonvalue.Number) {
		return absent
	}
	f := r.config.Get(name).Float()
	if f < float64(least) || f != math.Trunc(f) && !math.IsInf(f, 1) {
		r.fail(name, "must be a whole number, %d or more", least)
		return absent
	}
	if f >= float64(most) {
		return most
	}
	return int64(f)
}

func (r *reader) auth() (string, bool) {
	if !r.kind("auth", jsonvalue.Object) {
		return "", false
	}
	auth := r.config.Get("auth")
	user, secret := auth.Get("username"), auth.Get("password")
	for name, v := range map[string]jsonvalue.Value{"username": user, "password": secret} {
		if v.Kind == jsonvalue.Object || v.Kind == jsonvalue.Array {
			r.fail("auth."+name, "must be a string, not %s", v.Kind)
		}
	}
	return fmt.Sprintf("%s:%s", user.Text(), secret.Text()), true
}
