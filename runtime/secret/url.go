package secret

import (
	"net/url"
	"strings"
)

// credentialParams are query parameters whose value is a credential, whoever made it; in lower case and
// without separators.
var credentialParams = map[string]bool{
	"key": true, "token": true, "secret": true, "sign": true, "signature": true, "sig": true, "ticket": true, "jwt": true,
	"accesstoken": true, "refreshtoken": true, "idtoken": true, "authtoken": true, "auth": true, "authorization": true,
	"suiteaccesstoken": true, "provideraccesstoken": true, "jsapiticket": true, "session": true, "sessionid": true,
	"corpsecret": true, "appsecret": true, "appkey": true, "clientsecret": true, "suitesecret": true, "providersecret": true,
	"apikey": true, "accesskey": true, "secretkey": true, "webhookkey": true, "credential": true,
	"password": true, "passwd": true, "pass": true, "pwd": true,
	"xamzsignature": true, "xamzcredential": true, "xamzsecuritytoken": true,
}

// longestParam bounds the look back from an equals sign to the name before it.
const longestParam = 24

// feishuHook comes before the id of a Feishu or Lark bot, which is all that protects it.
const feishuHook = "/hook/"

// eachCredential calls found with the place of every credential of a URL in text: the value of a
// credential parameter, a password before the host, the id of a Feishu bot.
func eachCredential(text string, found func(start, end int)) {
	for i := 0; ; i++ {
		next := strings.IndexByte(text[i:], '=')
		if next < 0 {
			break
		}
		i += next
		if isCredentialParam(text[:i]) {
			if end := i + 1 + valueLen(text[i+1:], "&#"); end > i+1 {
				found(i+1, end)
				i = end - 1 // looking for more inside would cost the square of the length
			}
		}
	}
	for i := 0; ; i++ {
		next := strings.IndexByte(text[i:], '/')
		if next < 0 {
			break
		}
		i += next
		switch rest := text[i:]; {
		case i > 0 && text[i-1] == ':' && strings.HasPrefix(rest, "//"):
			if start, end := userinfo(rest[2:]); end > start {
				found(i+2+start, i+2+end)
			}
		case strings.HasPrefix(rest, feishuHook):
			isBot := strings.Contains(text[max(0, i-24):i], "open-apis/bot")
			i += len(feishuHook) - 1
			if end := i + 1 + valueLen(text[i+1:], "/?&#"); isBot && end > i+1 {
				found(i+1, end)
			}
		}
	}
}

// isCredentialParam reports whether before, which ends at an equals sign, ends with the name of such a
// parameter after a ? or &.
func isCredentialParam(before string) bool {
	var name [longestParam]byte // filled from its end, without separators and in lower case
	at := len(name)
	for i := len(before) - 1; i >= 0 && at > 0; i-- {
		switch c := before[i]; {
		case c == '?' || c == '&' || c == '#' || c == ';':
			return credentialParams[string(name[at:])]
		case c == '_' || c == '-':
		case c >= 'A' && c <= 'Z':
			at--
			name[at] = c + 'a' - 'A'
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			at--
			name[at] = c
		default:
			return false
		}
	}
	return false
}

// valueLen is the length of what a URL's value can be at the beginning of text, which one of ends ends.
// A full stop or the like after it belongs to the sentence around the URL.
func valueLen(text, ends string) int {
	n := len(text)
	for i := range len(text) {
		if endsURL[text[i]] || strings.IndexByte(ends, text[i]) >= 0 {
			n = i
			break
		}
	}
	return len(strings.TrimRight(text[:n], ".,:;!?)"))
}

// endsURL are the bytes at which a URL in a text is over.
var endsURL = func() (ends [256]bool) {
	for c := range ends {
		ends[c] = c <= ' ' || c >= 0x7f
	}
	for _, c := range []byte("\"'`<>\\") {
		ends[c] = true
	}
	return ends
}()

// userinfo returns the place of the password before a host, or of the name when there is only that.
func userinfo(text string) (start, end int) {
	for i := range len(text) {
		switch c := text[i]; {
		case c == ':' && start == 0 && i > 0:
			start = i + 1
		case c == '@':
			end = i // the last one before the host counts
		case endsURL[c] || c == '/' || c == '?' || c == '#':
			if start > end {
				start = 0 // that was the port
			}
			return start, end
		}
	}
	if start > end {
		start = 0
	}
	return start, end
}

// credentialForms lists the forms of the credential in a value that is a URL: it alone gives access.
func credentialForms(value string) []string {
	var out []string
	for _, c := range urlCredentials(value) {
		out = append(out, forms(c)...)
	}
	return out
}

// urlCredentials returns what protects a URL: what eachCredential finds in it, or else the values of its
// query, or else everything after its host, and of that each segment that looks like a token. A value that is no URL has none.
func urlCredentials(value string) []string {
	u, ok := asURL(value)
	if !ok {
		return nil
	}
	var out []string
	eachCredential(value, func(start, end int) {
		out = append(out, value[start:end])
		if plain, err := url.QueryUnescape(value[start:end]); err == nil && plain != value[start:end] {
			out = append(out, plain)
		}
	})
	if len(out) > 0 {
		return out
	}
	for _, values := range u.Query() {
		for _, v := range values {
			if len(v) >= MinLength {
				out = append(out, v)
			}
		}
	}
	if len(out) > 0 {
		return out
	}
	_, rest, _ := strings.Cut(value[strings.Index(value, "://")+len("://"):], "/")
	if rest == "" {
		return nil // an address alone protects nothing
	}
	out = append(out, rest)
	for segment := range strings.SplitSeq(u.Path, "/") {
		if looksRandom(segment) {
			out = append(out, segment)
		}
	}
	return out
}

// longWord is the size in bytes from which a segment of a path may be a credential by itself.
const longWord = 16

// looksRandom reports whether a segment of a path is a token, such as the last one of a webhook's URL, and
// no word: long, with digits in it or capitals inside.
func looksRandom(segment string) bool {
	if len(segment) < longWord {
		return false
	}
	return strings.ContainsFunc(segment[1:], func(c rune) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' })
}

func asURL(value string) (*url.URL, bool) {
	if !strings.Contains(value, "://") || strings.ContainsAny(value, " \t\r\n") {
		return nil, false
	}
	u, err := url.Parse(value)
	return u, err == nil && u.Host != "" && u.Scheme != ""
}
