package orgparams

import (
	"net"
	"net/netip"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/secret"
)

const (
	maxValue  = 64 * 1024 // bytes
	hintChars = 4
	hintFrom  = 16 // characters: of anything shorter four would tell too much
)

var (
	keyShape  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,127}$`)
	hostShape = regexp.MustCompile(`^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)
)

// CheckKey returns an invalid.Error when key cannot name a parameter.
func CheckKey(key string) error {
	if key == "keys" {
		return invalid.At("key", "keys is taken: it is the address of the list of keys")
	}
	if !keyShape.MatchString(key) {
		return invalid.At("key", "must begin with a letter or _ and go on with letters, digits, _, - or ., at most 128 characters")
	}
	return nil
}

// Check returns an invalid.Error that names every bad field of p but the key. It never repeats the value.
func (p Param) Check() error {
	var bad invalid.Error
	refuse := func(location, message string) { bad = append(bad, invalid.At(location, "%s", message)...) }
	if len(p.Value) > maxValue {
		refuse("value", "must be at most 64 KB")
	}
	if !utf8.ValidString(p.Value) || strings.ContainsRune(p.Value, 0) {
		refuse("value", "must be text without NUL characters")
	}
	for i, glob := range p.Scripts {
		if _, err := path.Match(glob, ""); err != nil || glob == "" || len(glob) > 200 {
			refuse(element("scripts", i), "must be the name of a script or a glob such as wecom_*")
		}
	}
	for i, host := range p.Hosts {
		if !validGrant(host) {
			refuse(element("hosts", i), "must be a host such as qyapi.weixin.qq.com, *.example.com or 10.0.0.5:8080, in lower case, without scheme and path")
		}
	}
	if len(p.Hosts) > 0 && len(p.Value) < secret.MinLength {
		refuse("hosts", "a value under 8 bytes cannot be bound to hosts: it would be found by accident in other requests")
	}
	if len(bad) > 0 {
		return bad
	}
	return nil
}

func element(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// ValidHost reports whether host is a name, a name with *. before it, or an address; in lower case and
// without a port.
func ValidHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return len(host) <= 253 && hostShape.MatchString(host)
}

func validGrant(host string) bool {
	name, port := splitPort(host)
	if n, err := strconv.Atoi(port); port != "" && (err != nil || n < 1 || n > 65535) {
		return false
	}
	return ValidHost(name)
}

// splitPort splits a host from its port, "" when it has none. A bare IPv6 address has none.
func splitPort(host string) (name, port string) {
	if name, port, err := net.SplitHostPort(host); err == nil {
		return name, port
	}
	return strings.Trim(host, "[]"), ""
}

// Hint is the end of a long value, by which an admin can tell it from another; "" for a short one.
func Hint(value string) string {
	runes := []rune(value)
	if len(runes) < hintFrom {
		return ""
	}
	return "…" + string(runes[len(runes)-hintChars:])
}
