package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/server/auth"
)

// event is what a browser hears: that something changed, not what. It fetches what it wants to show.
type event struct {
	Type        string `json:"type"` // "execution", "delivery" or "alarm": one that a person cleared or acknowledged
	ExecutionID string `json:"execution_id"`
	ID          string `json:"id"`
	EUI         string `json:"eui"`
	State       string `json:"state"`
}

// Events tells those who listen of what happens, live. A listener who is too slow misses events, and
// nobody waits for it.
type Events struct {
	mu        sync.RWMutex
	listeners map[chan event]string // to the organisation
}

// listenerBuffer is how many events a listener may be behind.
const listenerBuffer = 256

// NewEvents returns Events that nobody listens to.
func NewEvents() *Events { return &Events{listeners: map[chan event]string{}} }

// Execution tells of a stored step of an execution.
func (e *Events) Execution(x *dispatch.Execution) {
	e.publish(x.Org, event{"execution", x.ID, x.ID, x.EUI, x.State})
}

// Delivery tells of a stored attempt.
func (e *Events) Delivery(j *deliver.Job) {
	e.publish(j.Org, event{"delivery", j.ExecutionID, j.ID, j.EUI, string(j.State)})
}

// Alarm tells of what a person did to an alarm. What scripts do to alarms is told by their executions.
func (e *Events) Alarm(org string, a alarm.Alarm) {
	e.publish(org, event{Type: "alarm", ID: a.ID, EUI: a.EUI, State: a.State})
}

func (e *Events) publish(org string, ev event) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	for c, listens := range e.listeners {
		if listens != org {
			continue
		}
		select {
		case c <- ev:
		default:
		}
	}
}

func (e *Events) listen(org string) chan event {
	c := make(chan event, listenerBuffer)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listeners[c] = org
	return c
}

func (e *Events) leave(c chan event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.listeners, c)
}

func (s *Server) eventRoutes(group *gin.RouterGroup) {
	group.GET("/events", s.may(auth.Read), func(c *gin.Context) { s.stream(c, "") })
	group.GET("/executions/:id/events", s.may(auth.Read), func(c *gin.Context) {
		p, _ := auth.From(c.Request.Context())
		if _, err := s.Store.Execution(c.Request.Context(), p.Org, c.Param("id")); err != nil {
			abort(c, err)
			return
		}
		s.stream(c, c.Param("id"))
	})
}

// keepAlive is how often a stream says that it is still there, and looks whether its listener may still hear
// what it says: tokens and sessions end, and users and organisations are removed.
const keepAlive = 15 * time.Second

// stream sends events, of one execution if it is named.
func (s *Server) stream(c *gin.Context, execution string) {
	p, _ := auth.From(c.Request.Context())
	events := s.Events.listen(p.Org)
	defer s.Events.leave(events)
	c.Header("Content-Type", "text/event-stream")
	c.Header("Cache-Control", "no-store")
	c.Status(http.StatusOK)
	control := http.NewResponseController(c.Writer)
	defer func() { _ = control.SetWriteDeadline(time.Time{}) }() // the connection may go on
	send := func(format string, args ...any) bool {
		_ = control.SetWriteDeadline(time.Now().Add(writeWithin)) // a writer that knows none is a test's
		_, err := fmt.Fprintf(c.Writer, format, args...)
		c.Writer.Flush()
		return err == nil
	}
	if !send(": listening\n\n") {
		return
	}
	alive := time.NewTicker(keepAlive)
	defer alive.Stop()
	for {
		ok := true
		select {
		case <-c.Request.Context().Done():
			return
		case <-s.stopping:
			return
		case <-alive.C:
			now, err := s.principal(c.Request)
			ok = err == nil && now.Org == p.Org && now.May(auth.Read) && send(": still here\n\n")
		case ev := <-events:
			if execution != "" && ev.ExecutionID != execution {
				continue
			}
			text, err := json.Marshal(ev)
			if err != nil {
				return
			}
			ok = send("event: %s\ndata: %s\n\n", ev.Type, text)
		}
		if !ok {
			return
		}
	}
}
