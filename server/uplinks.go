package server

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

// longestWait is how long ?wait=1 waits.
const longestWait = 30 * time.Second

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
	e := &dispatch.Execution{ID: newID(), Org: org, EUI: uplink.EUI, State: dispatch.Queued, CreatedAt: now, Uplink: uplink}
	given := uplink.ID != ""
	if !given {
		uplink.ID = e.ID
	}
	if err := s.Dispatcher.Reserve(); err != nil {
		return nil, busy()
	}
	var done chan int
	if wait {
		done = make(chan int, 1)
	}
	reply := &uplinkReply{UplinkID: uplink.ID, ExecutionID: e.ID}
	duplicateOf, err := s.Store.Accept(ctx, e, given, func() { s.Dispatcher.Enqueue(e, done) })
	if err != nil {
		s.Dispatcher.Release()
		if errors.Is(err, store.ErrNotFound) {
			return nil, unknownDevice(uplink.EUI)
		}
		return nil, err
	}
	s.Metrics.Uplink()
	if duplicateOf != "" {
		s.Dispatcher.Release()
		reply.ExecutionID, reply.Duplicate = duplicateOf, true
		return reply, nil
	}
	if wait {
		timeout := time.NewTimer(longestWait)
		defer timeout.Stop()
		select {
		case n := <-done:
			reply.Dispatches = &n
		case <-timeout.C:
		case <-ctx.Done():
		}
	}
	return reply, nil
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

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
	settings, err := s.Store.Org(ctx, org)
	if err != nil {
		return err
	}
	if settings.UnknownDevices != "create" {
		return unknownDevice(eui)
	}
	return s.Store.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Device(org, eui); !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return tx.PutDevice(org, device.New(eui, s.Now().UTC()))
	})
}

// uplinkBody is an uplink as it is posted.
type uplinkBody struct {
	EUI          string          `json:"eui"`
	ModelID      string          `json:"thing_model_id"`
	ThingModelID string          `json:"thingModelId"`
	Telemetry    json.RawMessage `json:"telemetry_data"`
	SharedAttrs  json.RawMessage `json:"shared_attrs"`
	ServerAttrs  json.RawMessage `json:"server_attrs"`
	FPort        *int            `json:"f_port"`
	PayloadHex   *string         `json:"payload_hex"`
	Payload64    *string         `json:"payload_base64"`
	Msg          json.RawMessage `json:"msg"`
	ID           string          `json:"id"`
}

func decodeUplink(text []byte) (*dispatch.Uplink, error) {
	var in uplinkBody
	if err := decodeStrictly(text, &in); err != nil {
		return nil, err
	}
	var bad invalid.Error
	refuse := func(location, message string) {
		bad = append(bad, invalid.Field{Location: "body." + location, Message: message})
	}
	up := &dispatch.Uplink{ID: in.ID, EUI: normalEUI(in.EUI), ThingModelID: in.ModelID}
	if up.ThingModelID == "" {
		up.ThingModelID = in.ThingModelID
	}
	if !validEUI(up.EUI) {
		refuse("eui", euiRule)
	}
	if len(in.ID) > maxUplinkID {
		refuse("id", "is longer than 200 bytes")
	}
	object := func(location string, raw json.RawMessage) *device.Object {
		if !given(raw) {
			return nil
		}
		var o device.Object
		if err := json.Unmarshal(raw, &o); err != nil {
			refuse(location, err.Error())
			return nil
		}
		return &o
	}
	up.Telemetry = object("telemetry_data", in.Telemetry)
	up.SharedAttrs = object("shared_attrs", in.SharedAttrs)
	up.ServerAttrs = object("server_attrs", in.ServerAttrs)
	up.Payload = decodePayload(&in, refuse)
	up.Msg = checkMsg(in.Msg, refuse)
	if in.FPort != nil {
		up.FPort = *in.FPort
		if up.FPort < 0 || up.FPort > 255 {
			refuse("f_port", "must be from 0 to 255")
		}
	}
	carried := 0
	for _, is := range []bool{given(in.Telemetry), in.PayloadHex != nil, in.Payload64 != nil, given(in.Msg)} {
		if is {
			carried++
		}
	}
	if carried != 1 {
		refuse("telemetry_data", "give exactly one of telemetry_data, payload_hex, payload_base64 and msg")
	} else if (in.PayloadHex != nil || in.Payload64 != nil) && in.FPort == nil {
		refuse("f_port", "is needed beside a payload")
	}
	if bad != nil {
		return nil, bad
	}
	return up, nil
}

// given reports whether a member is there: null is as good as absent.
func given(raw json.RawMessage) bool { return raw != nil && string(raw) != "null" }

func decodePayload(in *uplinkBody, refuse func(location, message string)) []byte {
	switch {
	case in.PayloadHex != nil:
		payload, err := hex.DecodeString(*in.PayloadHex)
		if err != nil {
			refuse("payload_hex", "is not hexadecimal: an even number of the digits 0-9 and a-f")
		}
		return payload
	case in.Payload64 != nil:
		payload, err := base64.StdEncoding.DecodeString(*in.Payload64)
		if err != nil {
			refuse("payload_base64", "is not base64 with padding")
		}
		return payload
	}
	return nil
}

func checkMsg(msg json.RawMessage, refuse func(location, message string)) json.RawMessage {
	if !given(msg) {
		return nil
	}
	var as struct {
		Userdata *struct {
			Port    *int    `json:"port"`
			Payload *string `json:"payload"`
		} `json:"userdata"`
	}
	switch err := json.Unmarshal(msg, &as); {
	case err != nil:
		refuse("msg", "must be an AS uplink: an object with userdata { port, payload }")
	case as.Userdata == nil || as.Userdata.Payload == nil:
		refuse("msg.userdata.payload", "is missing")
	default:
		if _, err := base64.StdEncoding.DecodeString(*as.Userdata.Payload); err != nil {
			refuse("msg.userdata.payload", "is not base64 with padding")
		}
	}
	return msg
}

const euiRule = "must be 1 to 64 letters, digits, _ - . or :"

// normalEUI writes an EUI of 16 hexadecimal digits in lower case; other names stay as they are.
func normalEUI(eui string) string {
	if len(eui) == 16 {
		if _, err := hex.DecodeString(eui); err == nil {
			return strings.ToLower(eui)
		}
	}
	return eui
}

func validEUI(eui string) bool {
	if len(eui) == 0 || len(eui) > 64 {
		return false
	}
	for _, c := range []byte(eui) {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c == '-', c == '.', c == ':':
		default:
			return false
		}
	}
	return true
}
