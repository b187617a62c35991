package egress

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Config is what an operator decides about requests. The zero value is useful: public addresses only,
// and the limits of the specification.
type Config struct {
	Allow   []string  // hosts (with or without a port), addresses and CIDR prefixes that need not be public
	Rewrite []Rewrite // where requests for a host go instead; a target counts as allowed

	Dial     time.Duration // to connect, TLS handshake not included; 0 is 5 s
	Headers  time.Duration // from the end of the request to the end of the answer's header; 0 is 20 s
	Exchange time.Duration // the longest that one Do takes, redirects included; 0 is 30 s
	MaxBody  int64         // bytes of an answer after decompression; 0 is 1 MB
}

// Rewrite sends what is meant for one server to another: a private deployment of a chat platform, a
// gateway, a stand-in. Guards, redirects and everything that is shown keep the original's URL.
type Rewrite struct {
	Scheme, Host string   // the original's, such as https and api.example.com
	To           *url.URL // scheme, host and perhaps a path that goes before the original's
}

// ParseAllow reads TRIPLINE_EGRESS_ALLOW: hosts, addresses and CIDR prefixes with commas between them.
func ParseAllow(list string) ([]string, error) {
	var out []string
	for entry := range strings.SplitSeq(list, ",") {
		entry = strings.ToLower(strings.TrimSpace(entry))
		if entry == "" {
			continue
		}
		if strings.Contains(entry, "/") {
			if _, err := netip.ParsePrefix(entry); err != nil {
				return nil, fmt.Errorf("TRIPLINE_EGRESS_ALLOW: %q is neither a host nor an address prefix such as 10.0.0.0/8", entry)
			}
		}
		out = append(out, entry)
	}
	return out, nil
}

// ParseRewrite reads TRIPLINE_EGRESS_REWRITE: entries https://host=http://other:port with commas between.
func ParseRewrite(list string) ([]Rewrite, error) {
	var out []Rewrite
	for entry := range strings.SplitSeq(list, ",") {
		if entry = strings.TrimSpace(entry); entry == "" {
			continue
		}
		from, to, _ := strings.Cut(entry, "=")
		source, err := baseURL(from)
		if err != nil || strings.Trim(source.Path, "/") != "" {
			return nil, fmt.Errorf("TRIPLINE_EGRESS_REWRITE: %q must be https://host=http://other:port", entry)
		}
		target, err := baseURL(to)
		if err != nil {
			return nil, fmt.Errorf("TRIPLINE_EGRESS_REWRITE: %q must be https://host=http://other:port", entry)
		}
		out = append(out, Rewrite{Scheme: source.Scheme, Host: hostOf(source), To: target})
	}
	return out, nil
}

func baseURL(s string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return nil, err
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.RawQuery != "" || u.User != nil {
		return nil, fmt.Errorf("%q is no base URL", s)
	}
	return u, nil
}

// hostOf is the host of u in lower case, with the port unless it is the scheme's own.
func hostOf(u *url.URL) string {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if port == "" || port == portOf(u.Scheme) {
		return host
	}
	return net.JoinHostPort(host, port)
}

// dialAddress is the host:port that u is reached at.
func dialAddress(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = portOf(u.Scheme)
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

func portOf(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}
