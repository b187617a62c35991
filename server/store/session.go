package store

import (
	"context"
	"database/sql"
	"errors"
)

// session is a connection with the statements that were prepared on it.
type session struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func openSession(ctx context.Context, db *sql.DB) (*session, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{conn: conn, stmts: map[string]*sql.Stmt{}}, nil
}

func (s *session) close() error {
	var errs []error
	for _, stmt := range s.stmts {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, s.conn.Close())...)
}

// prepare returns the statement of a text, which must be one of few: they are kept.
func (s *session) prepare(query string) (*sql.Stmt, error) {
	if stmt := s.stmts[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	s.stmts[query] = stmt
	return stmt, nil
}

func (s *session) exec(query string, args ...any) (sql.Result, error) {
	stmt, err := s.prepare(query)
	if err != nil {
		return nil, err
	}
	return stmt.Exec(args...)
}

// execOnce runs a statement whose text is not used again.
func (s *session) execOnce(query string) error {
	_, err := s.conn.ExecContext(context.Background(), query)
	return err
}

func (s *session) query(query string, args []any, each func(scan func(...any) error) error) error {
	stmt, err := s.prepare(query)
	if err != nil {
		return err
	}
	rows, err := stmt.Query(args...)
	if err != nil {
		return err
	}
	return eachRow(rows, each)
}

func (s *session) queryRow(query string, args []any, dest ...any) error {
	stmt, err := s.prepare(query)
	if err != nil {
		return err
	}
	return notFound(stmt.QueryRow(args...).Scan(dest...))
}
