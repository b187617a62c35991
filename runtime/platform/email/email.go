// Package email sends notices as e-mails through an SMTP server.
package email

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"strings"

	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/platform"
)

// Service sends through one SMTP server to a list of addresses.
type Service struct {
	Roots *x509.CertPool // who may sign the server's certificate; nil is whom the system trusts
}

// Type implements platform.Service.
func (Service) Type() string { return "email" }

// Ways of encryption.
const (
	startTLS = "starttls" // after a greeting in the clear
	withTLS  = "tls"      // from the first byte
	noTLS    = "none"
)

var settings = platform.Fields{
	{Name: "host", Type: platform.FieldText, Label: "email.host", Required: true, Address: true, Example: "smtp.example.com", Help: "The SMTP server."},
	{Name: "port", Type: platform.FieldNumber, Label: "email.port", Required: true, Address: true, Example: "587", Help: "Its port: mostly 587 with starttls, 465 with tls."},
	{Name: "tls", Type: platform.FieldChoice, Label: "email.tls", Required: true, Address: true, Options: []string{startTLS, withTLS, noTLS}, Help: "How the connection is encrypted."},
	{Name: "user", Type: platform.FieldText, Label: "email.user", Help: "Who signs in; nobody when it is left out."},
	{Name: "password", Type: platform.FieldText, Label: "email.password", Secret: true, Help: "The user's password."},
	{Name: "from", Type: platform.FieldText, Label: "email.from", Required: true, Example: "Alerts <alerts@example.com>", Help: "The sender."},
	{Name: "to", Type: platform.FieldTexts, Label: "email.to", Required: true, Import: true, Example: "ops@example.com", Help: "The recipients. Each gets an e-mail of their own."},
}

// Settings implements platform.Service.
func (Service) Settings() platform.Fields { return settings }

// Parse implements platform.Service.
func (s Service) Parse(text json.RawMessage) ([]platform.Target, error) {
	t, err := s.read(text)
	if err != nil {
		return nil, err
	}
	if t.Host == "" {
		return nil, platform.SomeTarget(nil, "host")
	}
	return []platform.Target{t}, nil
}

func (s Service) read(text json.RawMessage) (*target, error) {
	t := &target{roots: s.Roots}
	err := platform.ReadSettings(text, t)
	t.Host, t.To = strings.TrimSpace(t.Host), platform.Trimmed(t.To)
	return t, err
}

// Check implements platform.Service.
func (s Service) Check(text json.RawMessage) error {
	if err := settings.Check(text); err != nil {
		return err
	}
	t, err := s.read(text)
	if err != nil {
		return err
	}
	var wrong invalid.Error
	if strings.ContainsAny(t.Host, "/:@ ") && net.ParseIP(t.Host) == nil {
		wrong = append(wrong, invalid.At("host", "must be the name of a server, such as smtp.example.com")...)
	}
	if t.Port == 0 || t.Port > 65535 {
		wrong = append(wrong, invalid.At("port", "must be from 1 to 65535")...)
	}
	if _, err := mail.ParseAddress(t.From); err != nil {
		wrong = append(wrong, invalid.At("from", "%q is no e-mail address", t.From)...)
	}
	for i, address := range t.To {
		if _, err := mail.ParseAddress(address); err != nil {
			wrong = append(wrong, invalid.At(fmt.Sprintf("to[%d]", i), "%q is no e-mail address", address)...)
		}
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

// TargetName is the name of the only target.
const TargetName = "email"

// target is a mail server with the people to write to.
type target struct {
	Host     string         `json:"host"`
	Port     platform.Whole `json:"port"`
	TLS      string         `json:"tls"`
	User     string         `json:"user"`
	Password string         `json:"password"`
	From     string         `json:"from"`
	To       []string       `json:"to"`
	roots    *x509.CertPool
}

// ID implements platform.Target.
func (t *target) ID() string { return TargetName }

// Name implements platform.Target.
func (t *target) Name() string { return TargetName }

func (t *target) address() string { return net.JoinHostPort(t.Host, strconv.Itoa(int(t.Port))) }

// Destination implements platform.Target.
func (t *target) Destination() string { return "smtp://" + t.address() }

// Budgets implements platform.Target: nobody knows what a mail server takes.
func (t *target) Budgets() []platform.Budget { return nil }

// Compose implements platform.Target: plain text of any length.
func (t *target) Compose(notices []platform.Notice) []platform.Message {
	return platform.Composer{Recipients: t.To}.Compose(notices)
}
