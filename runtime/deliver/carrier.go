package deliver

import (
	"context"
	"net"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/egress"
	"github.com/tripline/tripline/runtime/platform"
)

// Dialer connects to mail servers, guarded as requests are.
type Dialer interface {
	Dial(ctx context.Context, address string, guard egress.Guard) (net.Conn, error)
}

// carrier is the platform.Carrier of one attempt.
type carrier struct {
	*HTTP
	org     string
	budgets []platform.Budget // of the target; the first request has its slot already
	hosts   []string
	spent   bool // that slot

	tokens []string
	status int // of the latest answer
	reply  []byte
}

// Do implements platform.Carrier. A request that the platform wants once more keeps the budget too.
func (c *carrier) Do(ctx context.Context, req runtime.HTTPRequest) (runtime.HTTPResponse, error) {
	if counts := len(c.Platforms.Budgets(req)) > 0; counts && c.spent && len(c.budgets) > 0 {
		slot, next, err := c.Budgets.Take(ctx, c.budgets)
		if err != nil || slot == nil {
			return runtime.HTTPResponse{}, &runtime.FetchError{Code: egress.CodeOverBudget, Message: "once more when the platform's limit allows, not before " + next.UTC().Format(time.TimeOnly) + " UTC"}
		}
		defer slot.Done()
	} else if counts {
		c.spent = true
	}
	resp, err := c.Client.Do(ctx, req, egress.Hosts(c.hosts))
	if err == nil {
		c.status, c.reply = resp.Status, resp.Body
	}
	return resp, err
}

// Dial implements platform.Carrier.
func (c *carrier) Dial(ctx context.Context, address string) (net.Conn, error) {
	return c.Dialer.Dial(ctx, address, egress.Hosts(c.hosts))
}

// Token implements platform.Carrier.
func (c *carrier) Token(ctx context.Context, app string, fetch func(context.Context) (platform.AccessToken, error)) (string, error) {
	token, err := c.Tokens.Token(ctx, c.org, app, fetch)
	if err == nil {
		c.tokens = append(c.tokens, token)
	}
	return token, err
}

// ForgetToken implements platform.Carrier.
func (c *carrier) ForgetToken(app, token string) { c.Tokens.Forget(c.org, app, token) }

// Now implements platform.Carrier.
func (c *carrier) Now() time.Time { return c.HTTP.Now() }

// seen are the access tokens that the attempt used: an answer may repeat them.
func (c *carrier) seen() []string { return c.tokens }
