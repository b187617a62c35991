package store

import "context"

func (s *Store) loadKeys(context.Context) error { return nil }
