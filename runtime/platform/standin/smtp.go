package standin

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
)

// Mail is an e-mail that arrived.
type Mail struct {
	From, To string
	Data     string // header and body
}

// SMTP is a mail server. Set its fields before it is used.
type SMTP struct {
	Address  string // host:port, of 127.0.0.1
	User     string // who may sign in; "" lets everybody send
	Password string
	StartTLS bool              // offered
	Replies  map[string]string // what a command gets, by its beginning in upper case: "RCPT TO:<LI@": "550 no"; "-" hangs up

	listener net.Listener
	config   *tls.Config
	roots    *x509.CertPool
	mu       sync.Mutex
	mails    []Mail
	open     map[net.Conn]bool
}

// NewSMTP starts a mail server. With encrypted, the connection is TLS from the first byte. The
// certificate is httptest's, for example.com and 127.0.0.1; Roots trusts it. Close it.
func NewSMTP(encrypted bool) (*SMTP, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	lender := httptest.NewTLSServer(nil)
	defer lender.Close()
	s := &SMTP{Address: listener.Addr().String(), config: lender.TLS.Clone(), roots: x509.NewCertPool(), listener: listener, open: map[net.Conn]bool{}}
	s.roots.AddCert(lender.Certificate())
	s.config.NextProtos = nil
	if encrypted {
		s.listener = tls.NewListener(listener, s.config)
	}
	go s.serve()
	return s, nil
}

// Roots trusts the server's certificate.
func (s *SMTP) Roots() *x509.CertPool { return s.roots }

// Close stops the server.
func (s *SMTP) Close() {
	_ = s.listener.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.open {
		_ = conn.Close()
	}
}

// Mails returns what arrived, in order.
func (s *SMTP) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

func (s *SMTP) serve() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return // closed
		}
		s.mu.Lock()
		s.open[conn] = true
		s.mu.Unlock()
		go s.talk(conn)
	}
}

// session is the talk on one connection.
type session struct {
	server *SMTP
	conn   net.Conn
	in     *bufio.Reader
	mail   Mail
	signed bool
}

func (s *SMTP) talk(conn net.Conn) {
	defer func() {
		_ = conn.Close()
		s.mu.Lock()
		delete(s.open, conn)
		s.mu.Unlock()
	}()
	t := &session{server: s, conn: conn, in: bufio.NewReader(conn)}
	t.say("220 stand-in ready")
	for {
		line, err := t.in.ReadString('\n')
		if err != nil {
			return
		}
		if !t.obey(strings.TrimRight(line, "\r\n")) {
			return
		}
	}
}

func (t *session) say(line string) { _, _ = t.conn.Write([]byte(line + "\r\n")) }

// obey does what a command says and reports whether the talk goes on.
func (t *session) obey(line string) bool {
	verb := strings.ToUpper(line)
	for command, reply := range t.server.Replies {
		if strings.HasPrefix(verb, command) {
			if reply == "-" {
				return false
			}
			t.say(reply)
			return true
		}
	}
	switch {
	case strings.HasPrefix(verb, "EHLO"):
		t.say("250-stand-in")
		if t.server.StartTLS {
			t.say("250-STARTTLS")
		}
		t.say("250-8BITMIME")
		t.say("250 AUTH PLAIN")
	case verb == "STARTTLS":
		t.say("220 go ahead")
		t.conn = tls.Server(t.conn, t.server.config)
		t.in = bufio.NewReader(t.conn)
	case strings.HasPrefix(verb, "AUTH PLAIN "):
		t.signIn(line[len("AUTH PLAIN "):])
	case strings.HasPrefix(verb, "MAIL FROM:"):
		t.begin(line)
	case strings.HasPrefix(verb, "RCPT TO:"):
		t.mail.To = between(line)
		t.say("250 ok")
	case verb == "DATA":
		return t.data()
	case verb == "QUIT":
		t.say("221 bye")
		return false
	default:
		t.say("250 ok")
	}
	return true
}

func (t *session) signIn(credentials string) {
	want := base64.StdEncoding.EncodeToString([]byte("\x00" + t.server.User + "\x00" + t.server.Password))
	if credentials != want {
		t.say("535 5.7.8 the user or the password is wrong")
		return
	}
	t.signed = true
	t.say("235 welcome")
}

func (t *session) begin(line string) {
	if t.server.User != "" && !t.signed {
		t.say("530 5.7.0 sign in first")
		return
	}
	t.mail = Mail{From: between(line)}
	t.say("250 ok")
}

func (t *session) data() bool {
	t.say("354 go on")
	var text strings.Builder
	for {
		line, err := t.in.ReadString('\n')
		if err != nil {
			return false
		}
		if strings.TrimRight(line, "\r\n") == "." {
			break
		}
		text.WriteString(line)
	}
	t.mail.Data = text.String()
	t.server.mu.Lock()
	t.server.mails = append(t.server.mails, t.mail)
	t.server.mu.Unlock()
	t.say("250 taken")
	return true
}

func between(line string) string {
	_, rest, _ := strings.Cut(line, "<")
	address, _, _ := strings.Cut(rest, ">")
	return address
}
