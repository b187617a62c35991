package jsapi

import (
	"crypto/rand"
	_ "embed"
	"fmt"
	"strings"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime/axios"
)

//go:embed axios_form.js
var formToJSONSource string

var formToJSON = scripted("axios_form.js", formToJSONSource)

// maxFormFields bounds a FormData that is sent: nothing can interrupt the walk over it.
const maxFormFields = 10_000

func (l *axiosLib) isFormData(v goja.Value) (*goja.Object, bool) {
	o, ok := v.(*goja.Object)
	if !ok || l.env.scripted[formClasses] == nil { // nobody made one
		return nil, false
	}
	class, _ := l.env.Global("FormData").(*goja.Object)
	return o, class != nil && l.env.VM.InstanceOf(o, class)
}

// formBody is a FormData as axios puts it on the wire.
func (l *axiosLib) formBody(form *goja.Object) (body, contentType string) {
	boundary := "axios-" + axios.Version + "-boundary-" + rand.Text()[:25]
	escape := strings.NewReplacer("\r", "%0D", "\n", "%0A", `"`, "%22")
	lines := strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n")
	var b strings.Builder
	fields := 0
	l.env.VM.ForOf(form, func(entry goja.Value) bool {
		if fields++; fields > maxFormFields {
			l.env.throw(errorClassRange, "", "axios: a form has more than %d fields", maxFormFields)
		}
		pair := entry.(*goja.Object)
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n",
			boundary, escape.Replace(pair.Get("0").String()), lines.Replace(pair.Get("1").String()))
		return true
	})
	return b.String() + "--" + boundary + "--\r\n", "multipart/form-data; boundary=" + boundary
}

// toFormData appends the fields of an object to a form, a new FormData if none is given.
func (l *axiosLib) toFormData(c goja.FunctionCall) goja.Value {
	object, ok := c.Argument(0).(*goja.Object)
	if !ok {
		l.throwFailure(axiosFailure{message: "target must be an object", name: errorClassType})
	}
	form, ok := c.Argument(1).(*goja.Object)
	if !ok {
		made, err := l.env.VM.New(l.env.Global("FormData"))
		if err != nil {
			l.env.rethrow(err)
		}
		form = made
	}
	pairs, err := axios.Pairs(l.treeOf(object), l.treeOf(c.Argument(2)))
	if err != nil {
		l.throwFailure(axiosFailure{message: "data " + err.Error(), code: axiosBadRequest})
	}
	for _, pair := range pairs {
		l.invoke(form, "append", l.text(pair[0]), l.text(pair[1]))
	}
	return form
}

// formToJSON is an object of the fields of a FormData, null for anything else.
func (l *axiosLib) formToJSON(c goja.FunctionCall) goja.Value {
	form, ok := l.isFormData(c.Argument(0))
	if !ok {
		return goja.Null()
	}
	return formToJSON.call(l.env, l.invoke(form, "entries"))
}

// statusCodes is axios.HttpStatusCode: numbers by name, and names by number.
func (l *axiosLib) statusCodes() goja.Value {
	o := l.env.VM.NewObject()
	fields := strings.Fields(statusNames)
	for i := 0; i < len(fields); i += 2 {
		_ = o.Set(fields[i+1], fields[i])
	}
	for i := 0; i < len(fields); i += 2 {
		_ = o.Set(fields[i], l.env.VM.ToValue(fields[i+1]).ToNumber())
	}
	return o
}

// statusNames are names and numbers in turn.
const statusNames = `Continue 100 SwitchingProtocols 101 Processing 102 EarlyHints 103 Ok 200 Created 201 Accepted 202 NonAuthoritativeInformation 203
	NoContent 204 ResetContent 205 PartialContent 206 MultiStatus 207 AlreadyReported 208 ImUsed 226 MultipleChoices 300
	MovedPermanently 301 Found 302 SeeOther 303 NotModified 304 UseProxy 305 Unused 306 TemporaryRedirect 307 PermanentRedirect 308
	BadRequest 400 Unauthorized 401 PaymentRequired 402 Forbidden 403 NotFound 404 MethodNotAllowed 405 NotAcceptable 406
	ProxyAuthenticationRequired 407 RequestTimeout 408 Conflict 409 Gone 410 LengthRequired 411 PreconditionFailed 412
	PayloadTooLarge 413 ContentTooLarge 413 UriTooLong 414 UnsupportedMediaType 415 RangeNotSatisfiable 416 ExpectationFailed 417
	ImATeapot 418 MisdirectedRequest 421 UnprocessableEntity 422 UnprocessableContent 422 Locked 423 FailedDependency 424 TooEarly
	425 UpgradeRequired 426 PreconditionRequired 428 TooManyRequests 429 RequestHeaderFieldsTooLarge 431 UnavailableForLegalReasons
	451 InternalServerError 500 NotImplemented 501 BadGateway 502 ServiceUnavailable 503 GatewayTimeout 504 HttpVersionNotSupported
	505 VariantAlsoNegotiates 506 InsufficientStorage 507 LoopDetected 508 NotExtended 510 NetworkAuthenticationRequired 511
	WebServerReturnsAnUnknownError 520 WebServerIsDown 521 ConnectionTimedOut 522 OriginIsUnreachable 523 TimeoutOccurred 524
	SslHandshakeFailed 525 InvalidSslCertificate 526`
