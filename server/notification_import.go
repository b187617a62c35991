package server

import (
	"context"
	"net/http"

	"github.com/tripline/tripline/server/addressbook"
	"github.com/tripline/tripline/server/auth"
)

type addressBookInput struct {
	RawBody []byte `contentType:"application/octet-stream" required:"true" doc:"the file as the platform's admin console exports it: XLSX or CSV, at most 1 MB"`
}

// importAddressBook finds the ids in an export of an address book. It changes nothing: the ids are for the
// accounts or members of a service's settings. A file of 1 MB may unpack to much more, so an organisation
// has one read at a time.
func (s *Server) importAddressBook(_ context.Context, p auth.Principal, in *addressBookInput) (*body[list[addressbook.Person]], error) {
	if _, busy := s.importing.LoadOrStore(p.Org, true); busy {
		refused := problem(http.StatusTooManyRequests, "busy", "another address book of this organisation is being read; try again in a second")
		refused.RetryAfter = 1
		return nil, refused
	}
	defer s.importing.Delete(p.Org)
	people, err := addressbook.Read(in.RawBody)
	if err != nil {
		return nil, err
	}
	return &body[list[addressbook.Person]]{list[addressbook.Person]{Items: people}}, nil
}
