package email

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	netmail "net/mail"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/platform"
)

// patience bounds one step of the talk with the server.
const patience = 20 * time.Second

// Send implements platform.Target: an e-mail to each recipient in one session, so that one bad address
// keeps nothing from the others.
func (t *target) Send(ctx context.Context, m platform.Message, via platform.Carrier) platform.Outcome {
	advice := platform.Advice{}
	conn, err := via.Dial(ctx, t.address())
	if err != nil {
		return advice.Settle(platform.Failure(err), t.Password)
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	defer func() { _ = conn.Close() }() // the library leaves it open when the session fails to begin
	client, err := t.client(conn)
	if err != nil {
		return advice.Settle(classify(err, m.Tries), t.Password)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return advice.Settle(classify(err, m.Tries), t.Password)
	}
	defer func() { _ = client.Close() }() // says QUIT
	return advice.Settle(t.each(client, m, via.Now()), t.Password)
}

func (t *target) client(conn net.Conn) (*mail.Client, error) {
	config := &tls.Config{ServerName: t.Host, RootCAs: t.roots, MinVersion: tls.VersionTLS12}
	policy, plainAuth := mail.TLSMandatory, mail.SMTPAuthAutoDiscover
	switch t.TLS {
	case withTLS:
		policy = mail.TLSOpportunistic // the connection is encrypted already
	case noTLS:
		policy, plainAuth = mail.NoTLS, mail.SMTPAuthPlainNoEnc
	}
	options := []mail.Option{
		mail.WithPort(int(t.Port)), mail.WithTimeout(patience), mail.WithTLSConfig(config), mail.WithTLSPolicy(policy),
		mail.WithDialContextFunc(func(ctx context.Context, _, _ string) (net.Conn, error) {
			if t.TLS != withTLS {
				return conn, nil
			}
			encrypted := tls.Client(conn, config)
			return encrypted, encrypted.HandshakeContext(ctx)
		}),
	}
	if t.User != "" {
		options = append(options, mail.WithSMTPAuth(plainAuth), mail.WithUsername(t.User), mail.WithPassword(t.Password))
	}
	return mail.NewClient(t.Host, options...)
}

// each sends to the recipients one after the other.
func (t *target) each(client *mail.Client, m platform.Message, at time.Time) platform.Outcome {
	var again, never platform.Outcome
	var left, missed []string
	for i, to := range m.Recipients {
		msg, err := t.letter(m, to, at)
		if err == nil {
			err = client.Send(msg)
		}
		if err == nil || msg != nil && msg.IsDelivered() {
			continue
		}
		switch o := classify(err, m.Tries); {
		case o.Code == noConnection && i > 0: // the session ended: the others go with the next attempt
			again, left = o, append(left, m.Recipients[i:]...)
			return merged(again, left, missed, m)
		case o.Class == platform.Retryable:
			again, left = o, append(left, to)
		default:
			never, missed = o, append(missed, to)
		}
	}
	if len(missed) == len(m.Recipients) {
		never.Missed = missed
		return never
	}
	return merged(again, left, missed, m)
}

// merged is the outcome of a message that some of its recipients have.
func merged(o platform.Outcome, left, missed []string, m platform.Message) platform.Outcome {
	switch {
	case len(left) == 0:
		o = platform.Partial(missed)
	case len(left) < len(m.Recipients):
		o.Retry = left
	}
	o.Missed = missed
	return o
}

// letter is the e-mail to one recipient. Its Message-ID is the same at every attempt: mail programs show
// a repeated one once.
func (t *target) letter(m platform.Message, to string, at time.Time) (*mail.Msg, error) {
	msg := mail.NewMsg()
	if err := msg.From(t.From); err != nil {
		return nil, err
	}
	if err := msg.To(to); err != nil {
		return nil, err
	}
	domain := t.Host
	if from, err := netmail.ParseAddress(t.From); err == nil {
		domain = from.Address[strings.LastIndexByte(from.Address, '@')+1:]
	}
	msg.SetMessageIDWithValue(platform.Key(m.ID, to) + "@" + domain)
	msg.SetDateWithValue(at)
	msg.Subject(m.Title)
	if m.Level == "urgent" || m.Level == "high" {
		msg.SetImportance(mail.ImportanceHigh)
	}
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	return msg, nil
}

const noConnection = "no_connection"

// classify tells what an SMTP error means: replies that begin with 4 pass, those with 5 do not.
func classify(err error, tries int) platform.Outcome {
	if fetch, ok := errors.AsType[*runtime.FetchError](err); ok {
		return platform.Failure(fetch)
	}
	code, text := reply(err)
	switch {
	case code >= 500:
		return ruleOf(code).Outcome("smtp_"+strconv.Itoa(code), text, tries)
	case code >= 400:
		return later.Outcome("smtp_"+strconv.Itoa(code), text, tries)
	case errors.Is(err, mail.ErrNoSupportedAuthDiscovered), strings.Contains(err.Error(), "does not support"), strings.Contains(err.Error(), "not supported"):
		return unable.Outcome("smtp_unsupported", err.Error(), tries)
	default:
		if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
			return certificate.Outcome("certificate", err.Error(), tries)
		}
		return broken.Outcome(noConnection, "the talk with the mail server broke off", tries)
	}
}

// reply is the server's code and words, or 0.
func reply(err error) (code int, text string) {
	if sent, ok := errors.AsType[*mail.SendError](err); ok {
		return sent.ErrorCode(), sent.Error()
	}
	if answer, ok := errors.AsType[*textproto.Error](err); ok {
		return answer.Code, answer.Msg
	}
	return 0, ""
}

var (
	later  = platform.Rule{Call: platform.Retry, After: 30 * time.Second, Most: 10 * time.Minute, Meaning: "The mail server cannot take the e-mail now."}
	broken = platform.Rule{Call: platform.Retry, After: 5 * time.Second, Most: 10 * time.Minute, Meaning: "The talk with the mail server broke off.",
		Remedy: "Nothing; it is tried again. If it stays so, check host, port and tls: they belong together."}
	certificate = platform.Rule{Call: platform.Retry, After: time.Minute, Most: 10 * time.Minute, Meaning: "The mail server's certificate is not one that can be trusted.",
		Remedy: "Check that host is the name in the server's certificate, and that an authority which is known here signed it."}
	unable = platform.Rule{Call: platform.GiveUp, Meaning: "The mail server does not know a way to encrypt or to sign in that the settings ask for.",
		Remedy: "Check tls, user and password against what the server's operator says."}
	signIn    = platform.Rule{Call: platform.GiveUp, Meaning: "The mail server refuses the user or the password.", Remedy: "Check user and password; some servers want a password of its own for programs."}
	recipient = platform.Rule{Call: platform.GiveUp, Meaning: "The mail server refuses the e-mail or an address.", Remedy: "Check from and to, and whether the user may send as from."}
)

// signInCodes are replies to a sign-in that fails, or is wanted.
var signInCodes = []int{530, 534, 535, 538}

func ruleOf(code int) platform.Rule {
	if slices.Contains(signInCodes, code) {
		return signIn
	}
	return recipient
}
