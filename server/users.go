package server

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

// UserPath is the input of routes about one user.
type UserPath struct {
	Name string `path:"name" minLength:"1" maxLength:"64" pattern:"^[\\p{L}\\p{N}._@+-]*$" patternDescription:"letters, digits and . _ @ + -"`
}

type putUserInput struct {
	UserPath
	Body struct {
		Role     *string `json:"role,omitempty" enum:"admin,integrator,operator" doc:"must be given for a new user"`
		Password *string `json:"password,omitempty" minLength:"8" maxLength:"256" doc:"must be given for a new user; another one ends the user's sessions"`
		Org      string  `json:"org,omitempty" maxLength:"64" doc:"another organisation: only for an admin of default"`
	}
}

// userItem is what the audit log keeps of a user.
type userItem struct {
	Name            string `json:"name"`
	Role            string `json:"role"`
	PasswordChanged bool   `json:"password_changed,omitempty"`
}

func (s *Server) userRoutes() {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"access"}}
	}
	handle(s, auth.Admin, op("list-users", http.MethodGet, "/users", "List users"), s.listUsers)
	handle(s, auth.Admin, op("get-user", http.MethodGet, "/users/{name}", "Get a user"), s.getUser)
	handle(s, auth.Admin, op("put-user", http.MethodPut, "/users/{name}", "Add or change a user"), s.putUser)
	remove := op("delete-user", http.MethodDelete, "/users/{name}", "Delete a user and end their sessions")
	remove.DefaultStatus = http.StatusNoContent
	handle(s, auth.Admin, remove, s.deleteUser)
}

func (s *Server) listUsers(ctx context.Context, p auth.Principal, in *Page) (*body[list[store.User]], error) {
	users, err := s.Store.Users(ctx, p.Org, in.Cursor, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := list[store.User]{Items: users}
	if len(users) > in.Limit {
		out.Items, out.NextCursor = users[:in.Limit], users[in.Limit-1].Name
	}
	return &body[list[store.User]]{out}, nil
}

func (s *Server) getUser(ctx context.Context, p auth.Principal, in *UserPath) (*body[store.User], error) {
	user, err := s.Store.User(ctx, p.Org, in.Name)
	return &body[store.User]{user}, err
}

func (s *Server) putUser(ctx context.Context, p auth.Principal, in *putUserInput) (*body[store.User], error) {
	org, actor := p.Org, p.Name
	if in.Body.Org != "" && in.Body.Org != p.Org {
		if p.Org != auth.DefaultOrg {
			return nil, problem(http.StatusForbidden, "forbidden", "only an admin of the organisation default makes users of others")
		}
		org, actor = in.Body.Org, p.Org+"/"+p.Name
	}
	var hash string
	if in.Body.Password != nil {
		hash = auth.HashPassword(*in.Body.Password) // outside the transaction: it takes a while by design
	}
	var stored store.User
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		action, next := "user.update", userItem{Name: in.Name, PasswordChanged: hash != ""}
		var before any
		if _, err := tx.Org(org); errors.Is(err, store.ErrNotFound) {
			return invalid.At("body.org", "there is no such organisation")
		} else if err != nil {
			return err
		}
		user, err := tx.User(org, in.Name)
		switch {
		case errors.Is(err, store.ErrNotFound):
			if in.Body.Role == nil {
				return invalid.At("body.role", "must be given for a new user")
			}
			if hash == "" {
				return invalid.At("body.password", "must be given for a new user")
			}
			action, user = "user.create", store.User{Org: org, Name: in.Name}
		case err != nil:
			return err
		default:
			before = userItem{Name: user.Name, Role: user.Role}
			if in.Body.Role != nil && *in.Body.Role != auth.RoleAdmin {
				if err := keepAnAdmin(tx, user); err != nil {
					return err
				}
			}
		}
		assign(&user.Role, in.Body.Role)
		if hash != "" {
			user.PasswordHash = hash
		}
		next.Role = user.Role
		if err := tx.PutUser(user); err != nil {
			return err
		}
		if err := tx.Audit(org, actor, action, in.Name, before, next); err != nil {
			return err
		}
		stored, err = tx.User(org, in.Name)
		return err
	})
	return &body[store.User]{stored}, err
}

func (s *Server) deleteUser(ctx context.Context, p auth.Principal, in *UserPath) (*struct{}, error) {
	return nil, s.Store.Write(ctx, func(tx *store.Tx) error {
		user, err := tx.User(p.Org, in.Name)
		if err != nil {
			return err
		}
		if err := keepAnAdmin(tx, user); err != nil {
			return err
		}
		if err := tx.DeleteUser(p.Org, in.Name); err != nil {
			return err
		}
		return tx.Audit(p.Org, p.Name, "user.delete", in.Name, userItem{Name: user.Name, Role: user.Role}, nil)
	})
}

// keepAnAdmin refuses to take the rights of an organisation's last admin: nobody could give them back.
func keepAnAdmin(tx *store.Tx, user store.User) error {
	if user.Role != auth.RoleAdmin {
		return nil
	}
	admins, err := tx.Admins(user.Org)
	if err == nil && admins == 1 {
		err = problem(http.StatusConflict, "last_admin", "this is the organisation's last admin: make another one first")
	}
	return err
}
