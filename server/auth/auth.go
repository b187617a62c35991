// Package auth says who a caller is and what they may do.
package auth

import (
	"context"
	"slices"
)

// Capability is one line of the table of who may do what (spec of the HTTP interface).
type Capability string

// The capabilities.
const (
	PostUplinks Capability = "post_uplinks" // and fetch downlinks: what a network server does
	CallRPC     Capability = "call_rpc"
	Read        Capability = "read"    // devices, alarms, executions, deliveries, scripts
	Operate     Capability = "operate" // acknowledge and clear alarms, retry deliveries
	Write       Capability = "write"   // devices and scripts, dry runs, param keys
	Admin       Capability = "admin"   // org params, services, users, tokens, audit, organisation

	// SignedIn is what every caller may who is known at all. It is in no table.
	SignedIn Capability = "signed_in"
)

// Roles of users.
const (
	RoleAdmin      = "admin"
	RoleIntegrator = "integrator"
	RoleOperator   = "operator"
)

// Scopes of API tokens.
const (
	ScopeIngest  = "ingest"
	ScopeRPC     = "rpc"
	ScopeRead    = "read"
	ScopeScripts = "scripts"
	ScopeAdmin   = "admin"
)

var everything = []Capability{PostUplinks, CallRPC, Read, Operate, Write, Admin}

var byRole = map[string][]Capability{
	RoleAdmin:      everything,
	RoleIntegrator: {PostUplinks, CallRPC, Read, Operate, Write},
	RoleOperator:   {CallRPC, Read, Operate},
}

var byScope = map[string][]Capability{
	ScopeIngest:  {PostUplinks},
	ScopeRPC:     {CallRPC},
	ScopeRead:    {Read},
	ScopeScripts: {PostUplinks, CallRPC, Read, Operate, Write},
	ScopeAdmin:   everything,
}

// DefaultOrg is the first organisation; its admins make the others.
const DefaultOrg = "default"

// Principal is an authenticated caller: a user (Role is set) or a token (Scopes is set).
type Principal struct {
	Org    string
	Name   string // of the user, or "token:" and the token's name; stands in the audit log
	Role   string
	Scopes []string
}

// May reports whether p has the capability c.
func (p Principal) May(c Capability) bool {
	if c == SignedIn || slices.Contains(byRole[p.Role], c) {
		return true
	}
	return slices.ContainsFunc(p.Scopes, func(s string) bool { return slices.Contains(byScope[s], c) })
}

// Capabilities lists what p may do, in the order of the table.
func (p Principal) Capabilities() []Capability {
	may := []Capability{}
	for _, c := range everything {
		if p.May(c) {
			may = append(may, c)
		}
	}
	return may
}

type key struct{}

// With returns ctx with p in it.
func With(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, key{}, p)
}

// From returns the caller that the request's authentication put into ctx.
func From(ctx context.Context) (Principal, bool) {
	p, ok := ctx.Value(key{}).(Principal)
	return p, ok
}
