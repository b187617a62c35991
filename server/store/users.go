package store

import (
	"context"
	"errors"
	"time"

	"github.com/tripline/tripline/server/auth"
)

// User is a person who signs in.
type User struct {
	Org          string    `json:"-"`
	Name         string    `json:"name"`
	Role         string    `json:"role"`
	PasswordHash string    `json:"-"` // argon2id, PHC string
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
}

const userColumns = "SELECT org, name, role, password_hash, created_at, updated_at FROM users"

func scanUser(scan func(...any) error) (User, error) {
	var u User
	var created, updated int64
	err := scan(&u.Org, &u.Name, &u.Role, &u.PasswordHash, &created, &updated)
	u.CreatedAt, u.UpdatedAt = fromMillis(created), fromMillis(updated)
	return u, err
}

// User returns a user, or ErrNotFound.
func (s *Store) User(ctx context.Context, org, name string) (User, error) {
	return findUser(s.reader(ctx), org, name)
}

// User returns a user as the transaction sees it, or ErrNotFound.
func (tx *Tx) User(org, name string) (User, error) { return findUser(tx.Query, org, name) }

func findUser(query queryFunc, org, name string) (User, error) {
	var found *User
	err := query(userColumns+" WHERE org = ? AND name = ?", []any{org, name}, func(scan func(...any) error) error {
		u, err := scanUser(scan)
		found = &u
		return err
	})
	if err == nil && found == nil {
		err = ErrNotFound
	}
	if err != nil {
		return User{}, err
	}
	return *found, nil
}

// Users lists an organisation's users by name, after the one named by cursor.
func (s *Store) Users(ctx context.Context, org, cursor string, limit int) ([]User, error) {
	users := []User{}
	err := queryRows(ctx, s.read, userColumns+" WHERE org = ? AND name > ? ORDER BY name LIMIT ?", []any{org, cursor, limit},
		func(scan func(...any) error) error {
			u, err := scanUser(scan)
			users = append(users, u)
			return err
		})
	return users, err
}

// Admins counts the admins of an organisation.
func (tx *Tx) Admins(org string) (int, error) {
	var n int
	err := tx.QueryRow("SELECT count(*) FROM users WHERE org = ? AND role = ?", []any{org, auth.RoleAdmin}, &n)
	return n, err
}

// PutUser stores u and sets its times. Another password ends the user's sessions.
func (tx *Tx) PutUser(u User) error {
	now := millis(tx.store.now())
	old, err := tx.User(u.Org, u.Name)
	if err == nil && old.PasswordHash != u.PasswordHash {
		err = tx.Exec("DELETE FROM sessions WHERE org = ? AND user = ?", u.Org, u.Name)
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	tx.OnCommit(tx.store.principals.clear)
	return tx.Exec(`INSERT INTO users (org, name, role, password_hash, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (org, name) DO UPDATE SET role = excluded.role, password_hash = excluded.password_hash, updated_at = excluded.updated_at`,
		u.Org, u.Name, u.Role, u.PasswordHash, now, now)
}

// DeleteUser removes a user and ends their sessions at once, or returns ErrNotFound.
func (tx *Tx) DeleteUser(org, name string) error {
	n, err := tx.ExecCount("DELETE FROM users WHERE org = ? AND name = ?", org, name)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrNotFound
	}
	tx.OnCommit(tx.store.principals.clear)
	return tx.Exec("DELETE FROM sessions WHERE org = ? AND user = ?", org, name)
}
