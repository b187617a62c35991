// Package egress is the one HTTP client through which everything goes that scripts and notifications
// cause. It refuses addresses that are not public unless the operator allowed them.
package egress

import (
	"context"

	"github.com/tripline/tripline/runtime"
)

// Guard decides whether a request may carry what it carries to a host. It is asked for the first
// request and again for every redirect. Its error is a *runtime.FetchError with the code egress_blocked.
type Guard interface {
	Allow(host string, req runtime.HTTPRequest) error
}

// Doer performs one request. *Client is one; decorators add budgets and health.
type Doer interface {
	Do(ctx context.Context, req runtime.HTTPRequest, guard Guard) (runtime.HTTPResponse, error)
}
