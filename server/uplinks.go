package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

// longestWait is how long ?wait=1 waits.
const longestWait = 30 * time.Second

// longestHold is how much later an uplink is answered, though it is stored, while the organisation's wait
// for their triggers. It makes a fleet that posts as fast as it is answered post as fast as its scripts run.
const longestHold = 40 * time.Millisecond

// maxThingModelID is the length of the longest name of a thing model, in bytes: that of a script's name.
const maxThingModelID = 128

// maxUplinkID is the length of the longest id that an uplink may carry, in bytes.
const maxUplinkID = 200

// uplinkRoutes are plain gin: they are the hot path.
func (s *Server) uplinkRoutes(group *gin.RouterGroup) {
	group.POST("/uplinks", s.may(auth.PostUplinks), s.postUplink)
	group.POST("/uplinks/batch", s.may(auth.PostUplinks), s.postUplinks)
}

// uplinkReply answers an uplink that is stored.
type uplinkReply struct {
	UplinkID    string `json:"uplink_id"`
	ExecutionID string `json:"execution_id"`
	Duplicate   bool   `json:"duplicate,omitempty"`
	Dispatches  *int   `json:"dispatches,omitempty"` // with ?wait=1, once the triggers ran
	State       string `json:"state,omitempty"`      // likewise: of the execution, "failed" when a script failed
}

func (s *Server) postUplink(c *gin.Context) {
	text, err := io.ReadAll(c.Request.Body)
	if err != nil {
		abort(c, bodyError(err))
		return
	}
	p, _ := auth.From(c.Request.Context())
	reply, err := s.accept(c.Request.Context(), p.Org, text, c.Query("wait") == "1")
	if err != nil {
		abort(c, err)
		return
	}
	c.JSON(http.StatusAccepted, reply)
}

// batchLine answers one line of a batch.
type batchLine struct {
	Status int `json:"status"`
	*uplinkReply
	*Problem
}

// MarshalJSON gives the reply's or the problem's fields beside the status.
func (l batchLine) MarshalJSON() ([]byte, error) {
	if l.Problem != nil {
		return json.Marshal(l.Problem)
	}
	return json.Marshal(struct {
		Status int `json:"status"`
		*uplinkReply
	}{l.Status, l.uplinkReply})
}

// batchWindow is how many lines of a batch are on their way to disk at once: they share commits.
const batchWindow = 128

func (s *Server) postUplinks(c *gin.Context) {
	p, _ := auth.From(c.Request.Context())
	text, err := io.ReadAll(c.Request.Body)
	if err != nil {
		abort(c, bodyError(err))
		return
	}
	c.Header("Content-Type", "application/x-ndjson")
	enc := json.NewEncoder(c.Writer)
	var window [][]byte
	flush := func() {
		for _, line := range s.acceptWindow(c.Request.Context(), p.Org, window) {
			_ = enc.Encode(line) // a caller that is gone reads nothing; the rest is still stored
		}
		window = window[:0]
	}
	devices := map[string]bool{}
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		// A device's uplinks keep their order: two of them are never under way at once.
		var who struct {
			EUI string `json:"eui"`
		}
		_ = json.Unmarshal(line, &who) // what is wrong with the line is said when it is accepted
		who.EUI = device.NormalEUI(who.EUI)
		if len(window) == batchWindow || devices[who.EUI] {
			flush()
			clear(devices)
		}
		devices[who.EUI] = true
		window = append(window, line)
	}
	flush()
}

func (s *Server) acceptWindow(ctx context.Context, org string, lines [][]byte) []batchLine {
	out := make([]batchLine, len(lines))
	var wg sync.WaitGroup
	for i, line := range lines {
		wg.Go(func() {
			reply, err := s.accept(ctx, org, line, false)
			if err != nil {
				out[i] = batchLine{Problem: fail(ctx, err)}
				return
			}
			out[i] = batchLine{Status: http.StatusAccepted, uplinkReply: reply}
		})
	}
	wg.Wait()
	return out
}

func bodyError(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return problem(http.StatusRequestEntityTooLarge, "too_large", "the body is larger than 1 MB")
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return problem(http.StatusRequestTimeout, "timeout", "the body did not come within "+bodyWithin.String())
	}
	return problem(http.StatusBadRequest, "bad_request", "the body could not be read")
}

// accept stores an uplink and has its triggers run.
func (s *Server) accept(ctx context.Context, org string, text []byte, wait bool) (*uplinkReply, error) {
	now := s.Now().UTC()
	uplink, err := decodeUplink(text)
	if err != nil {
		return nil, err
	}
	uplink.ReceivedAt = now
	if err := s.known(ctx, org, uplink.EUI); err != nil {
		return nil, err
	}
	e := &dispatch.Execution{ID: s.Store.NewID(), Org: org, EUI: uplink.EUI, State: dispatch.Queued, CreatedAt: now, Uplink: uplink, Size: len(text)}
	given := uplink.ID != ""
	if !given {
		uplink.ID = e.ID
	}
	if err := s.Dispatcher.Reserve(org, e.Size); err != nil {
		return nil, busy()
	}
	hold := longestWait
	if !wait {
		hold = 0
		if s.Dispatcher.Crowded(org) {
			hold = longestHold
		}
	}
	var done chan int
	if hold > 0 {
		done = make(chan int, 1)
	}
	reply := &uplinkReply{UplinkID: uplink.ID, ExecutionID: e.ID}
	duplicateOf, err := s.Store.Accept(ctx, e, given, func() { s.Dispatcher.Enqueue(e, done) })
	if err != nil {
		s.Dispatcher.Release(org, e.Size)
		if errors.Is(err, store.ErrNotFound) {
			return nil, unknownDevice(uplink.EUI)
		}
		return nil, err
	}
	s.Metrics.Uplink()
	if duplicateOf != "" {
		s.Dispatcher.Release(org, e.Size)
		reply.ExecutionID, reply.Duplicate = duplicateOf, true
		return reply, nil
	}
	if hold > 0 {
		timeout := time.NewTimer(hold)
		defer timeout.Stop()
		select {
		case n := <-done:
			if wait {
				reply.Dispatches, reply.State = &n, e.State
			}
		case <-timeout.C:
		case <-ctx.Done():
		}
	}
	return reply, nil
}

func busy() *Problem {
	p := problem(http.StatusServiceUnavailable, "busy", "too many uplinks are waiting for their triggers; send it again in a second")
	p.RetryAfter = 1
	return p
}

func unknownDevice(eui string) *Problem {
	return problem(http.StatusNotFound, "unknown_device", "there is no device "+eui+" in this organisation: make it with PUT /api/v1/devices/"+eui,
		invalid.Field{Location: "body.eui", Message: "unknown device"})
}

// known makes the device when it is new and the organisation wants that.
func (s *Server) known(ctx context.Context, org, eui string) error {
	_, err := s.Store.Device(ctx, org, eui)
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if !s.Store.CreatesDevices(org) {
		return unknownDevice(eui)
	}
	return s.Store.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Device(org, eui); !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return tx.PutDevice(org, device.New(eui, s.Now().UTC()))
	})
}
