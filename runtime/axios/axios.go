// Package axios turns a request config of axios 1.x into the request that its http adapter would put on
// the wire: method, address, parameters, headers and body. It performs nothing and knows no JavaScript;
// the actions of scripts and the axios global both end here.
package axios

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/jsonvalue"
)

// Version is the release of axios whose behaviour this package has.
const Version = "1.21.1"

// Accept is the default of that header; the content types are those that change what becomes of data.
const (
	Accept         = "application/json, text/plain, */*"
	JSONType       = "application/json"
	FormType       = "application/x-www-form-urlencoded"
	MultipartType  = "multipart/form-data"
	userAgent      = "axios/" + Version
	acceptEncoding = "gzip, compress, deflate, br"
)

// Decode turns a config into a request. ignored lists the options that are documented but mean nothing on
// a server. Errors are invalid.Error with locations inside the config, such as headers.X-A; they hold no
// value of the config.
func Decode(config jsonvalue.Value) (req *runtime.HTTPRequest, ignored []string, err error) {
	if config.Kind != jsonvalue.Object {
		return nil, nil, invalid.At("", "must be an axios request config (an object), not %s", config.Kind)
	}
	ignored, err = check(config)
	if err != nil {
		return nil, nil, err
	}
	s, err := readSettings(config)
	if err != nil {
		return nil, nil, err
	}
	h := newHeader(len(config.Get("headers").Members))
	if err := h.read(config.Get("headers"), s.method); err != nil {
		return nil, nil, err
	}
	body, err := transform(config, h)
	if err != nil {
		return nil, nil, invalid.At("data", "%s", err)
	}
	query := ""
	if params := config.Get("params"); !params.Nullish() {
		if query, err = Query(withoutReserved(params), config.Get("paramsSerializer"), nil); err != nil {
			return nil, nil, invalid.At("params", "%s", err)
		}
	}
	req, err = s.request(h, query, body)
	return req, ignored, err
}

// Request makes the request of a config whose parameters are serialised and whose data is transformed
// already: the data in config is not looked at. It is Decode otherwise, but that headers are the config's
// own: no defaults come before them.
func Request(config jsonvalue.Value, query string, body []byte) (req *runtime.HTTPRequest, ignored []string, err error) {
	ignored, err = check(config)
	if err != nil {
		return nil, nil, err
	}
	s, err := readSettings(config)
	if err != nil {
		return nil, nil, err
	}
	h := &header{}
	if err := h.read(config.Get("headers"), s.method); err != nil {
		return nil, nil, err
	}
	req, err = s.request(h, query, body)
	return req, ignored, err
}

func (s settings) request(h *header, query string, body []byte) (*runtime.HTTPRequest, error) {
	if len(body) == 0 {
		body = nil
	}
	if s.maxBodyLength >= 0 && int64(len(body)) > s.maxBodyLength {
		return nil, invalid.At("data", "is larger than the maxBodyLength of %d bytes", s.maxBodyLength)
	}
	t, err := parseURL(s.address)
	if err != nil {
		return nil, invalid.At("url", "%s", err)
	}
	if query != "" {
		separator := "?"
		if t.query != "" {
			separator = "&"
		}
		t.query += separator + query
	}
	if slices.Contains([]string{"post", "put", "patch"}, s.method) {
		h.fallback("Content-Type", FormType)
	}
	h.fallback("User-Agent", userAgent)
	h.fallback("Accept-Encoding", acceptEncoding)
	if !s.hasAuth && t.hasUser {
		s.user, s.hasAuth = t.user+":"+t.secret, true
	}
	if s.hasAuth {
		h.replace("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(s.user)))
	}
	return &runtime.HTTPRequest{
		Method: strings.ToUpper(s.method), URL: t.String(), Header: h.lines(), Body: body, Timeout: s.timeout,
		MaxRedirects: s.maxRedirects, MaxResponseBytes: max(s.maxContentLength, 0), NoDecompress: s.noDecompress,
	}, nil
}

var errData = errors.New("must be an object, an array or a string, unless its Content-Type is application/json")

// transform is axios's own transformRequest: it turns data into the body and sets the content type that
// follows from it.
func transform(config jsonvalue.Value, h *header) ([]byte, error) {
	data := config.Get("data")
	contentType := h.get("Content-Type")
	isJSON := strings.Contains(contentType, JSONType)
	switch data.Kind {
	case jsonvalue.Absent:
		if isJSON {
			h.fallback("Content-Type", JSONType)
		}
		return nil, nil
	case jsonvalue.Object, jsonvalue.Array:
		return transformObject(withoutReserved(data), config.Get("formSerializer"), h)
	case jsonvalue.String:
		if isJSON {
			return JSONText(data.Text(), data.Raw), nil
		}
		return []byte(data.Text()), nil
	case jsonvalue.Null:
		if isJSON {
			return data.Raw, nil
		}
		return nil, nil
	default:
		switch {
		case isJSON:
			return data.Raw, nil
		case data.Text() == "0" || data.Text() == "-0" || data.Text() == "false": // what is falsy is no body to axios
			return nil, nil
		}
		return nil, errData
	}
}

func transformObject(data, serializer jsonvalue.Value, h *header) ([]byte, error) {
	contentType := h.get("Content-Type")
	switch {
	case strings.Contains(contentType, FormType):
		text, err := Form(data, serializer)
		return []byte(text), err
	case strings.Contains(contentType, MultipartType):
		body, contentType, err := Multipart(data, serializer)
		h.replace("Content-Type", contentType)
		return body, err
	default:
		h.fallback("Content-Type", JSONType)
		return data.Raw, nil
	}
}

// JSONText is the body that axios makes of a string under the content type application/json: the string
// itself when it is JSON, otherwise the string as JSON, which quoted is.
func JSONText(s string, quoted json.RawMessage) []byte {
	if json.Valid([]byte(s)) {
		return bytes.TrimSpace([]byte(s))
	}
	return quoted
}

// dropped are the keys that axios leaves out whenever it merges objects.
var dropped = []string{"__proto__", "constructor", "prototype"}

// withoutReserved takes the dropped keys out of v and of the objects in it; what is in arrays stays, for
// axios does not look there.
func withoutReserved(v jsonvalue.Value) jsonvalue.Value {
	if !hasReserved(v) {
		return v
	}
	out := jsonvalue.Value{Kind: jsonvalue.Object}
	text := []byte{'{'}
	for _, m := range v.Members {
		if slices.Contains(dropped, m.Name) {
			continue
		}
		m.Value = withoutReserved(m.Value)
		out.Members = append(out.Members, m)
		if len(text) > 1 {
			text = append(text, ',')
		}
		name, err := json.Marshal(m.Name)
		if err != nil {
			panic(fmt.Sprintf("axios: %v", err)) // every string marshals
		}
		text = append(append(append(text, name...), ':'), m.Value.Raw...)
	}
	out.Raw = append(text, '}')
	return out
}

// hasReserved reports whether withoutReserved would find something.
func hasReserved(v jsonvalue.Value) bool {
	return slices.ContainsFunc(v.Members, func(m jsonvalue.Member) bool { return slices.Contains(dropped, m.Name) || hasReserved(m.Value) })
}

// Address returns where a request of config goes, parameters included, for axios's getUri. Like there, an
// address may be relative, and is not normalised.
func Address(config jsonvalue.Value, query string) (string, error) {
	r := reader{config: config}
	address, err := fullURL(r.text("baseURL"), r.text("url"), !config.Get("allowAbsoluteUrls").Is(false))
	if err != nil {
		return "", invalid.At("url", "%s", err)
	}
	if query == "" {
		return address, nil
	}
	address, _, _ = strings.Cut(address, "#")
	if strings.Contains(address, "?") {
		return address + "&" + query, nil
	}
	return address + "?" + query, nil
}
