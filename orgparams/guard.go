package orgparams

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/secret"
)

// guard holds the parameters that are bound to hosts. A nil guard allows everything.
type guard struct {
	finder *secret.Finder
	params []Param // in the order of the finder's values
}

func newGuard(params []Param) *guard {
	g := &guard{}
	var values []string
	for _, p := range params {
		if len(p.Hosts) > 0 {
			g.params, values = append(g.params, p), append(values, p.Value)
		}
	}
	if len(values) == 0 {
		return nil
	}
	g.finder = secret.NewFinder(values)
	return g
}

// Allow implements egress.Guard: the error is a *runtime.FetchError that names the parameter and the
// host, and never the value.
func (g *guard) Allow(host string, req runtime.HTTPRequest) error {
	if g == nil {
		return nil
	}
	port := portOf(req.URL)
	var refused *Param
	check := func(value int) (stop bool) {
		if p := &g.params[value]; !p.mayGoTo(host, port) {
			refused = p
		}
		return refused != nil
	}
	g.finder.Find(req.URL, check)
	for _, h := range req.Header {
		if refused == nil {
			g.finder.Find(h.Name+": "+h.Value, check)
		}
	}
	if refused == nil && len(req.Body) > 0 {
		g.finder.Find(string(req.Body), check)
	}
	if refused == nil {
		return nil
	}
	return &runtime.FetchError{
		Code:    string(runtime.CodeEgressBlocked),
		Message: fmt.Sprintf("the request carries the org param %s, which may go to %s only, and not to %s", refused.Key, strings.Join(refused.Hosts, ", "), host),
	}
}

// mayGoTo reports whether the parameter may be sent to a host. One that is granted without a port may go
// to every port of it.
func (p *Param) mayGoTo(host, port string) bool {
	name, given := splitPort(strings.ToLower(host))
	if given != "" {
		port = given
	}
	name = strings.TrimSuffix(name, ".")
	return slices.ContainsFunc(p.Hosts, func(grant string) bool {
		grant, wanted := splitPort(grant)
		if wanted != "" && wanted != port {
			return false
		}
		if domain, any := strings.CutPrefix(grant, "*."); any {
			return strings.HasSuffix(name, "."+domain)
		}
		return grant == name
	})
}

func portOf(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return ""
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "http":
		return "80"
	}
	return "443"
}
