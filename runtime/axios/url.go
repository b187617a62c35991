package axios

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// target is an absolute URL as the WHATWG's parser leaves it, which is what Node puts on the wire.
type target struct {
	scheme, host string // host with its port, unless that is the scheme's own
	path, query  string // percent-encoded; query with its "?" or empty
	user, secret string // percent-decoded userinfo
	hasUser      bool
}

func (t target) String() string { return t.scheme + "://" + t.host + t.path + t.query }

// fullURL puts baseURL and address together as axios does.
func fullURL(baseURL, address string, absoluteAllowed bool) (string, error) {
	if err := checkSlashes(address); err != nil {
		return "", err
	}
	if baseURL == "" || (isAbsolute(address) && absoluteAllowed) {
		return address, nil
	}
	if err := checkSlashes(baseURL); err != nil {
		return "", err
	}
	if address == "" {
		return baseURL, nil
	}
	return strings.TrimRight(baseURL, "/") + "/" + strings.TrimLeft(address, "/"), nil
}

// isAbsolute reports whether address begins with "//" or "scheme://".
func isAbsolute(address string) bool {
	scheme, _, found := strings.Cut(address, "//")
	if !found {
		return false
	}
	return scheme == "" || strings.HasSuffix(scheme, ":") && isScheme(scheme[:len(scheme)-1])
}

func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789+-.", rune(s[i]))) {
			return false
		}
	}
	return s != ""
}

var errSlashes = errors.New(`must have "//" after its protocol`)

func checkSlashes(address string) error {
	protocol, rest, found := strings.Cut(withoutControls(address), ":")
	if http := strings.ToLower(protocol); found && (http == "http" || http == "https") && !strings.HasPrefix(rest, "//") {
		return errSlashes
	}
	return nil
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// withoutControls does what the WHATWG's parser does first: it trims control characters and spaces and
// takes out tabs and line ends.
func withoutControls(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	if !strings.ContainsAny(s, "\t\n\r") {
		return s
	}
	return strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(s)
}

// parseURL reads an absolute http or https URL. Its errors never hold more of it than the protocol.
func parseURL(address string) (target, error) {
	s := withoutControls(address)
	scheme, rest, found := strings.Cut(s, ":")
	if !found || !isScheme(scheme) {
		return target{}, errors.New("must be an absolute http or https URL")
	}
	t := target{scheme: strings.ToLower(scheme)}
	if t.scheme != "http" && t.scheme != "https" {
		return target{}, fmt.Errorf("has the protocol %s:, and only http: and https: are allowed", t.scheme)
	}
	rest, _, _ = strings.Cut(strings.TrimLeft(rest, `/\`), "#")
	rest, query, hasQuery := strings.Cut(rest, "?")
	authority, path := rest, ""
	if end := strings.IndexAny(rest, `/\`); end >= 0 {
		authority, path = rest[:end], rest[end:]
	}
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		user, secret, _ := strings.Cut(authority[:at], ":")
		t.user, t.secret = decodeLenient(user), decodeLenient(secret)
		t.hasUser = user != "" || secret != ""
		authority = authority[at+1:]
	}
	var err error
	if t.host, err = parseHost(authority, t.scheme); err != nil {
		return target{}, err
	}
	t.path = normalPath(path)
	if hasQuery && query != "" {
		t.query = "?" + percentEncode(query, "\"#<>'")
	}
	return t, nil
}

// decodeLenient is decodeURIComponent that leaves what is malformed as it is.
func decodeLenient(s string) string {
	if decoded, err := url.PathUnescape(s); err == nil {
		return decoded
	}
	return s
}

var errHost = errors.New("has no valid host")

func parseHost(authority, scheme string) (string, error) {
	host, port := authority, ""
	if colon := strings.LastIndexByte(authority, ':'); colon >= 0 && colon > strings.LastIndexByte(authority, ']') {
		host, port = authority[:colon], authority[colon+1:]
	}
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			return "", errors.New("has no valid port")
		}
		port = ":" + strconv.FormatUint(n, 10)
		if scheme == "http" && n == 80 || scheme == "https" && n == 443 {
			port = ""
		}
	}
	host, err := normalHost(host)
	return host + port, err
}

func normalHost(host string) (string, error) {
	if strings.HasPrefix(host, "[") {
		addr, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
		if err != nil || !addr.Is6() || addr.Zone() != "" || !strings.HasSuffix(host, "]") {
			return "", errHost
		}
		return "[" + addr.String() + "]", nil
	}
	host, err := url.PathUnescape(host)
	if err != nil || host == "" {
		return "", errHost
	}
	if strings.IndexFunc(host, func(r rune) bool { return r >= 0x80 }) >= 0 {
		if host, err = idna.Lookup.ToASCII(host); err != nil {
			return "", errHost
		}
	}
	host = strings.ToLower(host)
	if strings.ContainsFunc(host, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("#%/:<>?@[\\]^|", r) }) {
		return "", errHost
	}
	labels := strings.TrimSuffix(host, ".")
	last := labels[strings.LastIndexByte(labels, '.')+1:]
	if last == "" || last[0] < '0' || last[0] > '9' {
		return host, nil // what is no number is not parsed: errors cost
	}
	if _, err := ipv4Number(last); err == nil {
		return ipv4(strings.Split(labels, "."))
	}
	return host, nil
}

// ipv4 reads the forms that browsers and Node take for addresses: 127.1, 0x7f000001, 017700000001.
func ipv4(labels []string) (string, error) {
	if len(labels) > 4 {
		return "", errHost
	}
	var addr uint64
	for i, label := range labels {
		n, err := ipv4Number(label)
		last := i == len(labels)-1
		if err != nil || (!last && n > 255) || (last && n >= 1<<(8*(5-len(labels)))) {
			return "", errHost
		}
		if last {
			addr += n
		} else {
			addr += n << (8 * (3 - i))
		}
	}
	return netip.AddrFrom4([4]byte{byte(addr >> 24), byte(addr >> 16), byte(addr >> 8), byte(addr)}).String(), nil
}

func ipv4Number(label string) (uint64, error) {
	if hex, isHex := cutPrefixFold(label, "0x"); isHex {
		if hex == "" {
			return 0, nil
		}
		return strconv.ParseUint(hex, 16, 64)
	}
	if len(label) > 1 && label[0] == '0' {
		return strconv.ParseUint(label, 8, 64)
	}
	return strconv.ParseUint(label, 10, 64)
}

// normalPath encodes path and takes out its "." and ".." parts.
func normalPath(path string) string {
	const special = "\"#<>?`{}"
	if strings.HasPrefix(path, "/") && !strings.Contains(path, `\`) && !strings.Contains(path, "/.") && !strings.Contains(path, "/%2") {
		return percentEncode(path, special) // no part can be one of those
	}
	var parts []string
	segments := strings.Split(strings.TrimPrefix(strings.ReplaceAll(path, `\`, "/"), "/"), "/")
	for i, segment := range segments {
		last := i == len(segments)-1
		switch strings.ReplaceAll(strings.ToLower(segment), "%2e", ".") {
		case "..":
			if len(parts) > 0 {
				parts = parts[:len(parts)-1]
			}
			if last {
				parts = append(parts, "")
			}
		case ".":
			if last {
				parts = append(parts, "")
			}
		default:
			parts = append(parts, percentEncode(segment, special))
		}
	}
	return "/" + strings.Join(parts, "/")
}

// percentEncode encodes control characters, spaces, what is not ASCII, and the characters of set.
func percentEncode(s, set string) string {
	const hex = "0123456789ABCDEF"
	isSpecial := func(c byte) bool { return c <= ' ' || c >= 0x7f || strings.IndexByte(set, c) >= 0 }
	if strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf || isSpecial(byte(r)) }) < 0 {
		return s
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	out := make([]byte, 0, len(s)+8)
	for i := range len(s) {
		if c := s[i]; isSpecial(c) {
			out = append(out, '%', hex[c>>4], hex[c&15])
		} else {
			out = append(out, c)
		}
	}
	return string(out)
}
