package egress

import (
	"net/url"
	"regexp"
	"strings"
)

// Mask stands for what must not be shown.
const Mask = "•••"

// credentialParams are the query parameters that are credentials whatever their value, in lower case and
// without separators.
var credentialParams = map[string]bool{
	"key": true, "accesskey": true, "accesstoken": true, "apikey": true, "appkey": true, "appsecret": true,
	"auth": true, "authorization": true, "authtoken": true, "clientsecret": true, "corpsecret": true,
	"credential": true, "idtoken": true, "jwt": true, "pass": true, "passwd": true, "password": true, "pwd": true,
	"refreshtoken": true, "secret": true, "secretkey": true, "session": true, "sessionid": true, "sig": true,
	"sign": true, "signature": true, "suiteaccesstoken": true, "token": true, "webhookkey": true,
	"xamzsecuritytoken": true, "xamzsignature": true,
}

var hookID = regexp.MustCompile(`(?i)(/open-apis/bot/(?:v\d+/)?hook/)[^/?#]+`)

// MaskURL returns raw with its credentials masked: userinfo, the values of credential parameters and the
// id of a Feishu or Lark hook. Host, path and the other parameters stay as they are. It takes anything,
// also what is no URL.
func MaskURL(raw string) string {
	rest, fragment, hasFragment := strings.Cut(raw, "#")
	address, query, hasQuery := strings.Cut(rest, "?")
	masked := hookID.ReplaceAllString(maskUser(address), "${1}"+Mask)
	if hasQuery {
		masked += "?" + maskQuery(query)
	}
	if hasFragment {
		masked += "#" + maskQuery(fragment)
	}
	return masked
}

func maskUser(address string) string {
	start := strings.Index(address, "//")
	if start < 0 {
		return address
	}
	start += len("//")
	end := len(address)
	if slash := strings.IndexAny(address[start:], `/\`); slash >= 0 {
		end = start + slash
	}
	at := strings.LastIndexByte(address[start:end], '@')
	if at < 0 {
		return address
	}
	return address[:start] + Mask + address[start+at:]
}

func maskQuery(query string) string {
	var b strings.Builder
	for len(query) > 0 {
		pair := query
		separator := ""
		if end := strings.IndexAny(query, "&;"); end >= 0 {
			pair, separator = query[:end], query[end:end+1]
		}
		query = query[len(pair)+len(separator):]
		name, _, hasValue := strings.Cut(pair, "=")
		if hasValue && isCredential(name) {
			pair = name + "=" + Mask
		}
		b.WriteString(pair + separator)
	}
	return b.String()
}

func isCredential(name string) bool {
	if decoded, err := url.QueryUnescape(name); err == nil {
		name = decoded
	}
	return credentialParams[strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(name))]
}
