package egress

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"code.dny.dev/ssrf"

	"github.com/tripline/tripline/runtime"
)

// policy decides where connections may go.
type policy struct {
	hosts    map[string]bool // "host" or "host:port" that may have any address
	rewrites map[string]*url.URL
	free     *net.Dialer // for the hosts
	guarded  *net.Dialer // for everything else: looks at the address that was resolved, when it is dialled
}

func newPolicy(c Config) *policy {
	p := &policy{hosts: map[string]bool{}, rewrites: map[string]*url.URL{}}
	var v4, v6 []netip.Prefix
	for _, entry := range c.Allow {
		prefix, err := netip.ParsePrefix(entry)
		if addr, addrErr := netip.ParseAddr(strings.Trim(entry, "[]")); addrErr == nil {
			prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		switch {
		case err != nil:
			p.hosts[strings.ToLower(entry)] = true
		case prefix.Addr().Is4():
			v4 = append(v4, prefix)
		default:
			v6 = append(v6, prefix)
		}
	}
	for _, r := range c.Rewrite {
		p.rewrites[r.Scheme+"://"+r.Host] = r.To
		p.hosts[dialAddress(r.To)] = true
	}
	guardian := ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...))
	p.free = &net.Dialer{Timeout: c.Dial}
	p.guarded = &net.Dialer{Timeout: c.Dial, Control: guardian.Safe}
	return p
}

// dial connects to address, a host:port.
func (p *policy) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if host = strings.ToLower(host); p.hosts[host] || p.hosts[strings.ToLower(address)] {
		return p.free.DialContext(ctx, network, address)
	}
	return p.guarded.DialContext(ctx, network, address)
}

// target returns where a request for u goes.
func (p *policy) target(u *url.URL) *url.URL {
	to := p.rewrites[u.Scheme+"://"+hostOf(u)]
	if to == nil {
		return u
	}
	out := *u
	out.Scheme, out.Host = to.Scheme, to.Host
	if base := strings.TrimRight(to.EscapedPath(), "/"); base != "" {
		out.RawPath = base + u.EscapedPath()
		out.Path, _ = url.PathUnescape(out.RawPath) // both parts are valid, so the whole is
	}
	return &out
}

// forbidden returns the rule that err says was broken, or "".
func forbidden(err error) string {
	if !errors.Is(err, ssrf.ErrProhibitedIP) && !errors.Is(err, ssrf.ErrProhibitedNetwork) && !errors.Is(err, ssrf.ErrInvalidHostPort) {
		return ""
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err.Error()
	}
	return err.Error()
}

// Hosts is a Guard that lets requests go to the hosts in it only. An entry "*.example.com" stands for
// every host under example.com. An empty list allows every host.
type Hosts []string

// Allow implements Guard.
func (h Hosts) Allow(host string, _ runtime.HTTPRequest) error {
	if len(h) == 0 || h.contain(host) {
		return nil
	}
	return blocked("%s is not on the organisation's list of allowed hosts", host)
}

func (h Hosts) contain(host string) bool {
	for _, entry := range h {
		if suffix, any := strings.CutPrefix(entry, "*"); any && strings.HasPrefix(suffix, ".") {
			if len(host) > len(suffix) && strings.EqualFold(host[len(host)-len(suffix):], suffix) {
				return true
			}
		} else if strings.EqualFold(entry, host) {
			return true
		}
	}
	return false
}

// All is a Guard that allows what each of its guards allows. A nil guard allows everything.
type All []Guard

// Allow implements Guard.
func (a All) Allow(host string, req runtime.HTTPRequest) error {
	for _, guard := range a {
		if guard == nil {
			continue
		}
		if err := guard.Allow(host, req); err != nil {
			return err
		}
	}
	return nil
}
