package server

import (
	"errors"
	"net/http"
	"testing"

	"github.com/tripline/tripline/server/auth"
)

func TestOneImportOfAnOrganisationAtATime(t *testing.T) {
	s := &Server{}
	read := func(org string) error {
		_, err := s.importAddressBook(t.Context(), auth.Principal{Org: org}, &addressBookInput{RawBody: []byte("Account\nann\n")})
		return err
	}
	s.importing.Store("acme", true) // as while a file is read
	p, ok := errors.AsType[*Problem](read("acme"))
	if !ok || p.Status != http.StatusTooManyRequests || p.RetryAfter == 0 {
		t.Errorf("a second import ends with %v", p)
	}
	if err := read("other"); err != nil {
		t.Errorf("another organisation: %v", err)
	}
	s.importing.Delete("acme")
	for range 2 { // each makes room for the next
		if err := read("acme"); err != nil {
			t.Error(err)
		}
	}
}
