package standin

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/platform"
)

// Carrier is a platform.Carrier for tests of one attempt: what is meant for the platforms goes to a
// stand-in, tokens are kept for ever.
type Carrier struct {
	To    *Platforms
	Clock func() time.Time

	mu     sync.Mutex
	tokens map[string]string
}

// Do implements platform.Carrier.
func (c *Carrier) Do(ctx context.Context, req runtime.HTTPRequest) (runtime.HTTPResponse, error) {
	address := req.URL
	for _, host := range hosts {
		address = strings.Replace(address, "https://"+host+"/", c.To.URL+"/", 1)
	}
	r, err := http.NewRequestWithContext(ctx, req.Method, address, bytes.NewReader(req.Body))
	if err != nil {
		return runtime.HTTPResponse{}, &runtime.FetchError{Code: "ERR_INVALID_URL", Message: "the URL cannot be read"}
	}
	for _, f := range req.Header {
		r.Header.Add(f.Name, f.Value)
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return runtime.HTTPResponse{}, &runtime.FetchError{Code: "ECONNREFUSED", Message: "the request failed"}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return runtime.HTTPResponse{}, &runtime.FetchError{Code: "ECONNRESET", Message: "the answer broke off"}
	}
	out := runtime.HTTPResponse{Status: resp.StatusCode, Body: body, URL: req.URL}
	for name, values := range resp.Header {
		for _, v := range values {
			out.Header = append(out.Header, runtime.HeaderField{Name: strings.ToLower(name), Value: v})
		}
	}
	return out, nil
}

// Dial implements platform.Carrier.
func (c *Carrier) Dial(ctx context.Context, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, &runtime.FetchError{Code: "ECONNREFUSED", Message: "nothing listens there"}
	}
	return conn, nil
}

// Token implements platform.Carrier.
func (c *Carrier) Token(ctx context.Context, app string, fetch func(context.Context) (platform.AccessToken, error)) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if kept, ok := c.tokens[app]; ok {
		return kept, nil
	}
	got, err := fetch(ctx)
	if err != nil {
		return "", err
	}
	if c.tokens == nil {
		c.tokens = map[string]string{}
	}
	c.tokens[app] = got.Value
	return got.Value, nil
}

// ForgetToken implements platform.Carrier.
func (c *Carrier) ForgetToken(app, token string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tokens[app] == token {
		delete(c.tokens, app)
	}
}

// Now implements platform.Carrier.
func (c *Carrier) Now() time.Time { return c.Clock() }
