package egress

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime"
)

// defaultRedirects is what axios's redirect handler follows unless a config says otherwise.
const defaultRedirects = 21

// Client performs requests under a policy. It is safe for concurrent use and keeps connections open.
type Client struct {
	config    Config
	policy    *policy
	transport *http.Transport
}

// New returns a Client. Close its idle connections with CloseIdle when it is no longer used.
func New(c Config) *Client {
	if c.Dial == 0 {
		c.Dial = 5 * time.Second
	}
	if c.Headers == 0 {
		c.Headers = 20 * time.Second
	}
	if c.Exchange == 0 {
		c.Exchange = 30 * time.Second
	}
	if c.MaxBody == 0 {
		c.MaxBody = 1 << 20
	}
	p := newPolicy(c)
	return &Client{config: c, policy: p, transport: &http.Transport{
		Proxy:                  nil, // a proxy of the environment would connect for us, where no guard looks
		DialContext:            p.dial,
		TLSHandshakeTimeout:    c.Dial,
		ResponseHeaderTimeout:  c.Headers,
		ExpectContinueTimeout:  time.Second,
		MaxIdleConns:           1024,
		MaxIdleConnsPerHost:    256,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true, // decoded here, with a limit and as axios does
		TLSNextProto:           map[string]func(string, *tls.Conn) http.RoundTripper{},
	}}
}

// CloseIdle closes the connections that no request uses.
func (c *Client) CloseIdle() { c.transport.CloseIdleConnections() }

// exchange is one request on its way through redirects.
type exchange struct {
	*Client
	guard Guard
	req   runtime.HTTPRequest // of the current hop
	url   *url.URL            // of the current hop, before any rewrite
	limit time.Duration
}

// Do implements Doer. guard may be nil. Every error is a *runtime.FetchError.
func (c *Client) Do(ctx context.Context, req runtime.HTTPRequest, guard Guard) (runtime.HTTPResponse, error) {
	limit := c.config.Exchange
	if req.Timeout > 0 {
		limit = min(limit, req.Timeout)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	u, err := url.Parse(req.URL)
	if err != nil {
		return runtime.HTTPResponse{}, failure(CodeBadURL, "Invalid URL")
	}
	x := &exchange{Client: c, guard: guard, req: req, url: u, limit: limit}
	resp, err := x.follow(ctx)
	if err != nil {
		return runtime.HTTPResponse{}, explain(ctx, err, x.url, limit)
	}
	return resp, nil
}

// Dial connects to host:port of another protocol than HTTP, such as a mail server's. guard may be nil. Every
// error is a *runtime.FetchError.
func (c *Client) Dial(ctx context.Context, address string, guard Guard) (net.Conn, error) {
	u := &url.URL{Scheme: "tcp", Host: address}
	if guard != nil {
		if err := guard.Allow(strings.ToLower(u.Hostname()), runtime.HTTPRequest{}); err != nil {
			return nil, err
		}
	}
	conn, err := c.policy.dial(ctx, "tcp", address)
	if err != nil {
		return nil, explain(ctx, err, u, c.config.Dial)
	}
	return conn, nil
}

// follow sends the request, and again for every redirect.
func (x *exchange) follow(ctx context.Context) (runtime.HTTPResponse, error) {
	allowed := x.req.MaxRedirects
	if allowed < 0 {
		allowed = defaultRedirects
	}
	for hops := 0; ; hops++ {
		resp, err := x.send(ctx)
		if err != nil {
			return runtime.HTTPResponse{}, err
		}
		location := resp.Header.Get("Location")
		if location == "" || resp.StatusCode < 300 || resp.StatusCode > 399 || x.req.MaxRedirects == 0 {
			return x.answer(resp)
		}
		resp.Body.Close()
		if hops >= allowed {
			return runtime.HTTPResponse{}, failure(CodeTooManyRedirects, "Maximum number of redirects exceeded")
		}
		if err := x.redirect(resp.StatusCode, location); err != nil {
			return runtime.HTTPResponse{}, err
		}
	}
}

// send performs the current hop, if policy and guard let it.
func (x *exchange) send(ctx context.Context) (*http.Response, error) {
	if x.url.Scheme != "http" && x.url.Scheme != "https" {
		return nil, blocked("the protocol %s: is not allowed, only http: and https:", x.url.Scheme)
	}
	if x.url.Hostname() == "" {
		return nil, failure(CodeBadURL, "Invalid URL")
	}
	if x.guard != nil {
		if err := x.guard.Allow(strings.ToLower(x.url.Hostname()), x.req); err != nil {
			return nil, err
		}
	}
	target := *x.policy.target(x.url)
	target.User = nil
	var body io.Reader
	if len(x.req.Body) > 0 {
		body = bytes.NewReader(x.req.Body)
	}
	req, err := http.NewRequestWithContext(ctx, x.req.Method, "", body)
	if err != nil {
		return nil, failure(CodeBadURL, "Invalid URL or method")
	}
	target.Host = strings.TrimSuffix(target.Host, ":") // of a port that is not there
	req.URL, req.Host = &target, target.Host           // to have it parsed again would cost as much as to send it
	setHeader(req.Header, x.req.Header)
	return x.transport.RoundTrip(req)
}

// setHeader keeps the spelling of names but for the one that net/http must find.
func setHeader(h http.Header, fields []runtime.HeaderField) {
	h["User-Agent"] = nil // net/http would put in its own
	for _, f := range fields {
		name := f.Name
		if strings.EqualFold(name, "User-Agent") {
			name = "User-Agent"
		}
		h[name] = append(h[name], f.Value)
	}
}

// answer reads the body and puts the answer into the form that scripts and deliveries see.
func (x *exchange) answer(resp *http.Response) (runtime.HTTPResponse, error) {
	defer resp.Body.Close()
	out := runtime.HTTPResponse{
		Status:     resp.StatusCode,
		StatusText: strings.TrimSpace(strings.TrimLeft(resp.Status, "0123456789")),
		URL:        x.url.String(),
	}
	limit := x.config.MaxBody
	if x.req.MaxResponseBytes > 0 {
		limit = min(limit, x.req.MaxResponseBytes)
	}
	decoded := false
	if !x.req.NoDecompress {
		decoded = encodingOf(resp) != ""
	}
	body, err := readBody(resp, decoded, limit)
	switch {
	case errors.Is(err, errTooLarge) && x.req.CutResponse && !decoded: // what unfolds beyond the limit is a bomb
		out.Cut = true
	case errors.Is(err, errTooLarge):
		return out, failure(CodeBadResponse, "maxContentLength size of %d exceeded", limit)
	case err != nil:
		return out, err
	}
	out.Body = body
	out.Header = headerFields(resp, decoded)
	return out, nil
}

// headerFields lists the header by name, in lower case.
func headerFields(resp *http.Response, decoded bool) []runtime.HeaderField {
	fields := make([]runtime.HeaderField, 0, len(resp.Header)+1)
	for name, values := range resp.Header {
		name = strings.ToLower(name)
		if decoded && name == "content-encoding" {
			continue // the body is no longer encoded
		}
		for _, value := range values {
			fields = append(fields, runtime.HeaderField{Name: name, Value: value})
		}
	}
	for _, coding := range resp.TransferEncoding {
		fields = append(fields, runtime.HeaderField{Name: "transfer-encoding", Value: coding})
	}
	slices.SortStableFunc(fields, func(a, b runtime.HeaderField) int { return strings.Compare(a.Name, b.Name) })
	return fields
}
