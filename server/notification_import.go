package server

import (
	"context"

	"github.com/tripline/tripline/server/addressbook"
	"github.com/tripline/tripline/server/auth"
)

// importAddressBook finds the ids in an export of an address book. It changes nothing: the ids are for the
// accounts or members of a service's settings.
func (s *Server) importAddressBook(_ context.Context, _ auth.Principal, in *struct {
	RawBody []byte `contentType:"application/octet-stream" required:"true" doc:"the file as the platform's admin console exports it: XLSX or CSV, at most 1 MB"`
}) (*body[list[addressbook.Person]], error) {
	people, err := addressbook.Read(in.RawBody)
	if err != nil {
		return nil, err
	}
	return &body[list[addressbook.Person]]{list[addressbook.Person]{Items: people}}, nil
}
