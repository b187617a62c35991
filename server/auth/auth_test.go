package auth

import (
	"strings"
	"testing"
)

func TestPasswords(t *testing.T) {
	phc := HashPassword("correct horse")
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(phc, "horse") {
		t.Errorf("the hash is %s", phc)
	}
	if again := HashPassword("correct horse"); again == phc {
		t.Error("two hashes of a password are the same: there is no salt")
	}
	// Made with other costs: hashes outlive a change of them. The password is "password".
	const cheaper = "$argon2id$v=19$m=16,t=2,p=1$c29tZXNhbHQ$97FcQ2XrXRGBu161IDNkhQ"
	cut, _ := strings.CutSuffix(phc, phc[len(phc)-4:])
	for _, c := range []struct {
		phc, password string
		right         bool
	}{
		{phc, "correct horse", true}, {phc, "correct horse ", false}, {phc, "", false},
		{cheaper, "password", true}, {cheaper, "Password", false},
		{"", "", false}, {"", "correct horse", false}, {"$argon2i$v=19$m=16,t=2,p=1$c29tZXNhbHQ$AAAA", "password", false},
		{"$argon2id$v=18$m=16,t=2,p=1$c29tZXNhbHQ$AAAA", "password", false}, {"nonsense", "nonsense", false}, {cut, "correct horse", false},
	} {
		if got := CheckPassword(c.phc, c.password); got != c.right {
			t.Errorf("%q for %s: %v", c.password, c.phc, got)
		}
	}
}

func TestTokensAreLongAndDiffer(t *testing.T) {
	a, b := NewToken(), NewToken()
	hash, again := HashOf(a), HashOf(a)
	if a == b || !strings.HasPrefix(a, TokenPrefix) || len(a) != len(TokenPrefix)+43 || hash == HashOf(b) || hash != again {
		t.Errorf("%s, %s", a, b)
	}
}

// The table of the HTTP interface: who has which capability.
func TestCapabilities(t *testing.T) {
	for who, want := range map[string]string{
		"role admin": "post_uplinks call_rpc read operate write admin", "role integrator": "post_uplinks call_rpc read operate write",
		"role operator": "call_rpc read operate", "role other": "", "role ": "",
		"scope ingest": "post_uplinks", "scope rpc": "call_rpc", "scope read": "read", "scope scripts": "post_uplinks call_rpc read operate write",
		"scope admin": "post_uplinks call_rpc read operate write admin", "scope ingest,read": "post_uplinks read",
	} {
		kind, names, _ := strings.Cut(who, " ")
		p := Principal{Role: names}
		if kind == "scope" {
			p = Principal{Scopes: strings.Split(names, ",")}
		}
		var got []string
		for _, c := range p.Capabilities() {
			got = append(got, string(c))
		}
		if strings.Join(got, " ") != want || !p.May(SignedIn) {
			t.Errorf("%s may %v, want %s", who, got, want)
		}
	}
}
