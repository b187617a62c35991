package email_test

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/platform"
	"github.com/tripline/tripline/runtime/platform/email"
	"github.com/tripline/tripline/runtime/platform/standin"
)

const password = "mail-password-1"

func server(t *testing.T, encrypted bool) *standin.SMTP {
	t.Helper()
	s, err := standin.NewSMTP(encrypted)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// attempt sends a notice to li, wang and zhang, or to those who are left.
func attempt(t *testing.T, s *standin.SMTP, tls, secret string, trusted bool, left ...string) platform.Outcome {
	t.Helper()
	host, port, err := net.SplitHostPort(s.Address)
	if err != nil {
		t.Fatal(err)
	}
	service := email.Service{}
	if trusted {
		service.Roots = s.Roots()
	}
	user := ""
	if secret != "" {
		user = `"user":"bob","password":"` + secret + `",`
	}
	targets, err := service.Parse([]byte(`{"host":"` + host + `","port":"` + port + `","tls":"` + tls + `",` + user +
		`"from":"Alerts <alerts@example.com>","to":["li@example.com","wang@example.com","zhang@example.com"]}`))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	m := targets[0].Compose([]platform.Notice{{ID: "job-1", Event: platform.EventRaise, Device: "冷库", EUI: "24e1", Alarm: "hot", Level: "urgent", Title: "温度过高", Desc: "31 °C", At: now}})[0]
	m.Tries = 1
	if left != nil {
		m.Recipients = left
	}
	o := targets[0].Send(t.Context(), m, &standin.Carrier{Clock: func() time.Time { return now }})
	if strings.Contains(fmt.Sprintf("%+v", o), password) || strings.Contains(targets[0].Destination(), password) {
		t.Errorf("the outcome shows the password: %+v", o)
	}
	if o.Class != platform.Delivered && (o.Code == "" || o.Meaning == "" || o.Remedy == "") {
		t.Errorf("people learn too little from %+v", o)
	}
	return o
}

func TestEachRecipientGetsAMail(t *testing.T) {
	for _, tls := range []string{"none", "starttls", "tls"} {
		s := server(t, tls == "tls")
		s.StartTLS, s.User, s.Password = tls == "starttls", "bob", password
		if o := attempt(t, s, tls, password, true); o.Class != platform.Delivered {
			t.Fatalf("%s: %+v", tls, o)
		}
		mails := s.Mails()
		if len(mails) != 3 || mails[0].To != "li@example.com" || mails[2].To != "zhang@example.com" || mails[0].From != "alerts@example.com" {
			t.Fatalf("%s: %+v", tls, mails)
		}
		for _, want := range []string{"Subject: =?UTF-8?q?Alarm_raised:", "Message-ID: <", "@example.com>", "Date: Sun, 01 Mar 2026 08:00:00 +0000", "text/plain", "Importance: high"} {
			if !strings.Contains(mails[0].Data, want) {
				t.Errorf("%s: no %q in %s", tls, want, mails[0].Data)
			}
		}
	}
}

func TestWhatAnSMTPReplyMeans(t *testing.T) {
	for name, c := range map[string]struct {
		replies map[string]string
		class   platform.Class
		code    string
		left    string
		missed  string
		arrived int
	}{
		"one is unknown":              {map[string]string{"RCPT TO:<LI@": "550 5.1.1 no such user"}, platform.Delivered, "partial", "[]", "[li@example.com]", 2},
		"one is full":                 {map[string]string{"RCPT TO:<WANG@": "452 4.2.2 mailbox full"}, platform.Retryable, "smtp_452", "[wang@example.com]", "[]", 2},
		"one unknown, one greylisted": {map[string]string{"RCPT TO:<LI@": "550 no", "RCPT TO:<WANG@": "451 later"}, platform.Retryable, "smtp_451", "[wang@example.com]", "[li@example.com]", 1},
		"all are unknown":             {map[string]string{"RCPT TO:": "550 no"}, platform.Permanent, "smtp_550", "[]", "[li@example.com wang@example.com zhang@example.com]", 0},
		"the sender is refused":       {map[string]string{"MAIL FROM:": "553 not you"}, platform.Permanent, "smtp_553", "[]", "[li@example.com wang@example.com zhang@example.com]", 0},
		"the server is full":          {map[string]string{"DATA": "421 4.3.2 too busy"}, platform.Retryable, "smtp_421", "[]", "[]", 0},
		"it hangs up":                 {map[string]string{"MAIL FROM:": "-"}, platform.Retryable, "no_connection", "[]", "[]", 0},
		"it hangs up on the second":   {map[string]string{"RCPT TO:<WANG@": "-"}, platform.Retryable, "no_connection", "[wang@example.com zhang@example.com]", "[]", 1},
		"it does not greet":           {map[string]string{"EHLO": "-", "HELO": "-"}, platform.Retryable, "no_connection", "[]", "[]", 0},
	} {
		s := server(t, false)
		s.Replies = c.replies
		o := attempt(t, s, "none", "", false)
		if o.Class != c.class || o.Code != c.code || fmt.Sprint(o.Retry) != c.left || fmt.Sprint(o.Missed) != c.missed || len(s.Mails()) != c.arrived {
			t.Errorf("%s: %d arrived, %+v", name, len(s.Mails()), o)
		}
	}
}

func TestSessionsThatCannotBegin(t *testing.T) {
	s := server(t, false)
	s.User, s.Password = "bob", "another-password"
	if o := attempt(t, s, "none", password, false); o.Class != platform.Permanent || o.Code != "smtp_535" {
		t.Errorf("a wrong password: %+v", o)
	}
	if o := attempt(t, s, "none", "", false); o.Class != platform.Permanent || o.Code != "smtp_530" {
		t.Errorf("no password: %+v", o)
	}
	if o := attempt(t, s, "starttls", password, false); o.Class != platform.Permanent || o.Code != "smtp_unsupported" {
		t.Errorf("no STARTTLS: %+v", o)
	}
	s.StartTLS = true
	if o := attempt(t, s, "starttls", password, false); o.Class != platform.Retryable || o.Code != "certificate" {
		t.Errorf("a certificate of nobody: %+v", o)
	}
	s.Close()
	if o := attempt(t, s, "none", password, false); o.Class != platform.Retryable || o.Code != "ECONNREFUSED" {
		t.Errorf("nothing listens: %+v", o)
	}
}

func TestThoseWhoAreLeft(t *testing.T) {
	s := server(t, false)
	if o := attempt(t, s, "none", "", false, "wang@example.com"); o.Class != platform.Delivered || len(s.Mails()) != 1 || s.Mails()[0].To != "wang@example.com" {
		t.Errorf("%+v %+v", o, s.Mails())
	}
}
