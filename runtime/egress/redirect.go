package egress

import (
	"net/http"
	"slices"
	"strings"

	"github.com/tripline/tripline/runtime"
)

// portable are the headers that may follow a redirect to another host.
var portable = []string{"accept", "content-type", "user-agent"}

// credentials are the headers that stay behind when only the protocol changes.
var credentials = []string{"authorization", "proxy-authorization", "cookie"}

// redirect makes the next hop from the last one: method, body and headers change as axios's redirect
// handler changes them, but that nothing secret goes to another host.
func (x *exchange) redirect(status int, location string) error {
	next, err := x.url.Parse(location)
	if err != nil {
		return failure(CodeBadRedirect, "Redirected request failed: Invalid URL")
	}
	next.Fragment, next.User = "", nil // Node does not log in with what a redirect brings
	method := x.req.Method
	posted := method == http.MethodPost && (status == http.StatusMovedPermanently || status == http.StatusFound)
	seeOther := status == http.StatusSeeOther && method != http.MethodGet && method != http.MethodHead
	headers := slices.Clone(x.req.Header)
	if posted || seeOther {
		x.req.Method, x.req.Body = http.MethodGet, nil
		headers = without(headers, func(name string) bool { return strings.HasPrefix(name, "content-") })
	}
	switch {
	case hostOf(next) != hostOf(x.url):
		if len(x.req.Body) > 0 {
			return blocked("a redirect (%d) from %s would send the request's body to another host, %s", status, x.url.Hostname(), next.Hostname())
		}
		headers = without(headers, func(name string) bool { return !slices.Contains(portable, name) })
	case next.Scheme != x.url.Scheme:
		headers = without(headers, func(name string) bool { return slices.Contains(credentials, name) })
	}
	x.req.Header = headers
	x.req.URL = next.String()
	x.url = next
	return nil
}

func without(fields []runtime.HeaderField, drop func(lowerName string) bool) []runtime.HeaderField {
	return slices.DeleteFunc(fields, func(f runtime.HeaderField) bool { return drop(strings.ToLower(f.Name)) })
}
