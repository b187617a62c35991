package server

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// How long a peer may take on its side of an exchange.
const (
	bodyWithin  = 30 * time.Second // to send a body of at most maxBody
	writeWithin = 10 * time.Second // to take one event of a stream
)

// limitBody bounds a request's body in size and in the time that its sender takes.
func limitBody(c *gin.Context) {
	body := http.MaxBytesReader(c.Writer, c.Request.Body, maxBody)
	if c.Request.ContentLength != 0 {
		control := http.NewResponseController(c.Writer)
		// A writer that knows no deadlines is a test's.
		_ = control.SetReadDeadline(time.Now().Add(bodyWithin))
		body = &timedBody{body, control}
	}
	c.Request.Body = body
	c.Next()
}

// timedBody ends the deadline with the body: what comes after is not the sender's time, and a deadline that
// passes meanwhile would count as the end of the connection.
type timedBody struct {
	io.ReadCloser
	control *http.ResponseController
}

// Read reads on.
func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		_ = b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

// answerHead has HEAD answered as GET is, without the body, which the HTTP server leaves out by itself. A
// stream of events has no end, and so no HEAD.
func answerHead(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead && !strings.HasSuffix(r.URL.Path, "/events") {
			get := *r
			get.Method = http.MethodGet
			r = &get
		}
		next.ServeHTTP(w, r)
	})
}
