package store

import (
	"context"
	"database/sql"
	"errors"
)

// queryFunc calls each for every row that a query finds: on the read side, or as a transaction sees it.
type queryFunc func(query string, args []any, each func(scan func(...any) error) error) error

// reader is the read side as a queryFunc.
func (s *Store) reader(ctx context.Context) queryFunc {
	return func(query string, args []any, each func(scan func(...any) error) error) error {
		return queryRows(ctx, s.read, query, args, each)
	}
}

// queryRows calls each for every row; each scans.
func queryRows(ctx context.Context, db *sql.DB, query string, args []any, each func(scan func(...any) error) error) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	return eachRow(rows, each)
}

// eachRow calls each for every row of rows, and closes them.
func eachRow(rows *sql.Rows, each func(scan func(...any) error) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// queryRow scans one row, ErrNotFound when there is none.
func queryRow(ctx context.Context, db *sql.DB, query string, args []any, dest ...any) error {
	return notFound(db.QueryRowContext(ctx, query, args...).Scan(dest...))
}

// notFound is ErrNotFound for a query that found no row, err otherwise.
func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}
