package deliver_test

import (
	"context"
	"time"
)

type ctx = context.Context

// tokenStore keeps nothing.
type tokenStore struct{}

func (*tokenStore) AppToken(context.Context, string, string) (string, time.Time, error) {
	return "", time.Time{}, nil
}
func (*tokenStore) PutAppToken(context.Context, string, string, string, time.Time) error { return nil }
