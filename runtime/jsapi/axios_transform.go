package jsapi

import (
	"bytes"
	"strings"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime/axios"
)

// transformRequest is axios's own: it turns data into text or bytes and sets the content type that
// follows from it. headers is an AxiosHeaders, this the config.
func (l *axiosLib) transformRequest(c goja.FunctionCall) goja.Value {
	data := c.Argument(0)
	headers, ok := c.Argument(1).(*goja.Object)
	if !ok {
		headers = l.newHeaders()
	}
	contentType := l.contentType(headers)
	isJSON := strings.Contains(contentType, axios.JSONType)
	o, isObject := data.(*goja.Object)
	if _, callable := goja.AssertFunction(data); callable {
		isObject = false
	}
	if isObject {
		if _, binary := l.binary(o); binary {
			return data
		}
		if form, ok := l.isFormData(o); ok {
			if isJSON {
				return l.text(string(l.stringify(formToJSON.call(l.env, l.invoke(form, "entries")))))
			}
			body, contentType := l.formBody(form)
			l.setHeader(headers, "Content-Type", l.text(contentType), true)
			return l.text(body)
		}
		if l.isSearchParams(o) {
			l.setHeader(headers, "Content-Type", l.text(axios.FormType+";charset=utf-8"), false)
			return l.text(o.String())
		}
		switch {
		case strings.Contains(contentType, axios.FormType):
			form, err := axios.Form(l.treeOf(o), l.treeOf(configOption(c.This, "formSerializer")))
			return l.text(l.must(form, err))
		case strings.Contains(contentType, axios.MultipartType):
			body, contentType, err := axios.Multipart(l.treeOf(o), l.treeOf(configOption(c.This, "formSerializer")))
			l.setHeader(headers, "Content-Type", l.text(contentType), true)
			return l.text(l.must(string(body), err))
		}
	}
	if !isObject && !isJSON {
		return data
	}
	l.setHeader(headers, "Content-Type", l.text(axios.JSONType), false)
	text := l.stringify(data)
	if goja.IsString(data) {
		text = axios.JSONText(data.String(), text)
	}
	if text == nil {
		return goja.Undefined()
	}
	return l.text(string(text))
}

func (l *axiosLib) must(text string, err error) string {
	if err != nil {
		l.throwFailure(axiosFailure{message: "data " + err.Error(), code: axiosBadRequest})
	}
	return text
}

// transformResponse is axios's own: it parses JSON, and leaves alone what is none.
func (l *axiosLib) transformResponse(c goja.FunctionCall) goja.Value {
	data := c.Argument(0)
	config, _ := c.This.(*goja.Object)
	responseType := ""
	if v := configOption(config, "responseType"); !isNullish(v) {
		responseType = v.String()
	}
	forced := l.transitional(config, "forcedJSONParsing", true)
	if !goja.IsString(data) || data.(goja.String).Length() == 0 || (responseType != "json" && (responseType != "" || !forced)) {
		return data
	}
	v, err := l.env.Parse([]byte(data.String()))
	if err == nil {
		return v
	}
	if responseType == "json" && !l.transitional(config, "silentJSONParsing", true) {
		l.throwFailure(axiosFailure{message: err.Error(), code: axiosBadResponse, name: "SyntaxError", config: config, response: configOption(config, "response")})
	}
	return data
}

// transitional reads one of the options under that name.
func (l *axiosLib) transitional(config *goja.Object, name string, absent bool) bool {
	options, ok := configOption(config, "transitional").(*goja.Object)
	if !ok {
		return absent
	}
	if v := options.Get(name); !isMissing(v) {
		return v.ToBoolean()
	}
	return absent
}

// configOption reads an option of a config that may be missing.
func configOption(config goja.Value, name string) goja.Value {
	o, ok := config.(*goja.Object)
	if !ok || o == nil {
		return goja.Undefined()
	}
	return orUndefined(o.Get(name))
}

// runTransforms calls one function or a list of them, each on what the one before returned.
func (l *axiosLib) runTransforms(functions goja.Value, config *goja.Object, data goja.Value, more ...goja.Value) goja.Value {
	list := []goja.Value{functions}
	if o, ok := functions.(*goja.Object); ok && o.ClassName() == "Array" {
		list = nil
		for _, key := range o.Keys() {
			list = append(list, o.Get(key))
		}
	}
	for _, f := range list {
		call, ok := goja.AssertFunction(orUndefined(f))
		if !ok {
			continue
		}
		v, err := call(config, append([]goja.Value{orUndefined(data)}, more...)...)
		if err != nil {
			l.env.rethrow(err)
		}
		data = v
	}
	return orUndefined(data)
}

// binary returns the bytes of a Buffer, another view or an ArrayBuffer.
func (l *axiosLib) binary(o *goja.Object) ([]byte, bool) {
	if b, ok := arrayBufferBytes(o); ok {
		return b, true
	}
	return l.env.viewBytes(o)
}

func (l *axiosLib) isSearchParams(o *goja.Object) bool {
	if _, plain := l.isPlainObject(o); plain || o.ClassName() == "Array" {
		return false
	}
	class, ok := l.env.Global("URLSearchParams").(*goja.Object)
	return ok && l.env.VM.InstanceOf(o, class)
}

// body returns what is sent for data that was transformed. What is falsy is no body.
func (l *axiosLib) body(data goja.Value) []byte {
	if !orUndefined(data).ToBoolean() {
		return nil
	}
	if o, ok := data.(*goja.Object); ok {
		if b, binary := l.binary(o); binary {
			return bytes.Clone(b) // the script may write to its buffer while the request is on its way
		}
	}
	if !goja.IsString(data) {
		l.throwFailure(axiosFailure{message: "Data after transformation must be a string, an ArrayBuffer, a Buffer, or a Stream", code: axiosBadRequest})
	}
	return []byte(data.String())
}

// query serialises the params of config.
func (l *axiosLib) query(config *goja.Object) string {
	params := config.Get("params")
	if !orUndefined(params).ToBoolean() {
		return ""
	}
	options := configOption(config, "paramsSerializer")
	if serialize, ok := goja.AssertFunction(configOption(options, "serialize")); ok {
		v, err := serialize(options, params, options)
		if err != nil {
			l.env.rethrow(err)
		}
		if !v.ToBoolean() {
			return ""
		}
		return v.String()
	}
	o, ok := params.(*goja.Object)
	if !ok {
		l.throwFailure(axiosFailure{message: "target must be an object", code: axiosBadRequest, name: errorClassType})
	}
	if l.isSearchParams(o) {
		return o.String()
	}
	text, err := axios.Query(l.treeOf(params), l.treeOf(options), l.encoder(options))
	if err != nil {
		l.throwFailure(axiosFailure{message: "params " + err.Error(), code: axiosBadRequest})
	}
	return text
}

// encoder returns the script's own paramsSerializer.encode, or nil.
func (l *axiosLib) encoder(options goja.Value) func(string) string {
	encode, ok := goja.AssertFunction(configOption(options, "encode"))
	if !ok {
		return nil
	}
	standard := l.env.VM.ToValue(axios.EncodeParam)
	return func(s string) string {
		v, err := encode(options, l.text(s), standard)
		if err != nil {
			l.env.rethrow(err)
		}
		return v.String()
	}
}

func (l *axiosLib) text(s string) goja.Value { return l.env.VM.ToValue(s) }
