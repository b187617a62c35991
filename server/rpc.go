package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/server/auth"
)

// JSON-RPC 2.0 error codes.
const (
	rpcParseError     = -32700
	rpcInvalidRequest = -32600
	rpcNoMethod       = -32601
	rpcInvalidParams  = -32602
	rpcInternalError  = -32603
)

type rpcRequest struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
}

type rpcReply struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Result  *rpcResult      `json:"result,omitempty"`
	Error   *rpcError       `json:"error,omitempty"`
}

type rpcResult struct {
	ExecutionID string        `json:"execution_id"`
	Actions     int           `json:"actions"`
	Deliveries  []rpcDelivery `json:"deliveries,omitempty"` // with ?wait=1
}

// rpcDelivery is what became of one queued action.
type rpcDelivery struct {
	ID      string `json:"id"`
	State   string `json:"state"` // "pending" when it was not attempted in time
	Outcome string `json:"outcome,omitempty"`
}

type rpcError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    any    `json:"data,omitempty"`
}

func (s *Server) rpcRoutes(group *gin.RouterGroup) {
	group.POST("/rpc", s.may(auth.CallRPC), s.postRPC)
}

func (s *Server) postRPC(c *gin.Context) {
	reply := rpcReply{Version: "2.0", ID: json.RawMessage("null")}
	text, err := io.ReadAll(c.Request.Body)
	if err != nil {
		abort(c, bodyError(err))
		return
	}
	var req rpcRequest
	err = json.Unmarshal(text, &req) // which goes on after a field of the wrong type
	if validID(req.ID) {
		reply.ID = req.ID
	}
	if err != nil {
		reply.Error = badRPC(err)
	} else if reply.Error = checkRPC(text); reply.Error == nil {
		p, _ := auth.From(c.Request.Context())
		reply.Result, reply.Error = s.callRPC(c.Request.Context(), p, req, c.Query("wait") == "1")
	}
	c.JSON(http.StatusOK, reply)
}

func badRPC(err error) *rpcError {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		place := e.Field
		if place == "" {
			place = "the request"
		}
		return &rpcError{Code: rpcInvalidRequest, Message: place + " " + wrongType(e)}
	}
	return &rpcError{Code: rpcParseError, Message: "the body is not JSON: " + err.Error()}
}

var rpcShape = shapeOf(reflect.TypeFor[rpcRequest]())

// checkRPC refuses what encoding/json lets pass.
func checkRPC(text []byte) *rpcError {
	if name := rpcShape.miscased(text); name != "" {
		return &rpcError{Code: rpcInvalidRequest, Message: name + " is no member of a request: write it in lower case"}
	}
	if outOfRange(text) >= 0 {
		return &rpcError{Code: rpcInvalidRequest, Message: "the request has " + tooLargeNumber}
	}
	return nil
}

func validID(id json.RawMessage) bool {
	return len(id) > 0 && (id[0] == '"' || id[0] == '-' || id[0] >= '0' && id[0] <= '9')
}

func (s *Server) callRPC(ctx context.Context, p auth.Principal, req rpcRequest, wait bool) (*rpcResult, *rpcError) {
	switch {
	case req.Version != "2.0":
		return nil, &rpcError{Code: rpcInvalidRequest, Message: `jsonrpc must be "2.0"`}
	case !validID(req.ID):
		return nil, &rpcError{Code: rpcInvalidRequest, Message: "id must be a string or a number"}
	case req.Method == "":
		return nil, &rpcError{Code: rpcInvalidRequest, Message: "method must name an RPC"}
	}
	eui, bad := targetOf(req.Params)
	if bad != nil {
		return nil, bad
	}
	call := dispatch.Call{EUI: eui, Method: req.Method, Params: req.Params, Caller: p.Name}
	result, err := s.Dispatcher.Call(ctx, p.Org, call)
	if err != nil {
		return nil, s.rpcFailure(ctx, err, result.ExecutionID)
	}
	out := &rpcResult{ExecutionID: result.ExecutionID, Actions: result.Actions}
	if wait {
		out.Deliveries = s.awaitDeliveries(ctx, p.Org, result.Jobs)
	}
	return out, nil
}

// targetOf returns the device that params name.
func targetOf(params json.RawMessage) (string, *rpcError) {
	trimmed := strings.TrimSpace(string(params))
	if trimmed == "" || trimmed[0] != '{' {
		return "", &rpcError{Code: rpcInvalidParams, Message: "params must be an object with _eui, the device that the RPC runs for"}
	}
	var in map[string]json.RawMessage
	if err := json.Unmarshal(params, &in); err != nil {
		return "", &rpcError{Code: rpcInvalidParams, Message: "params: " + err.Error()}
	}
	var eui string
	if in["_eui"] == nil || json.Unmarshal(in["_eui"], &eui) != nil || !device.ValidEUI(eui) {
		return "", &rpcError{Code: rpcInvalidParams, Message: "params._eui " + euiRule}
	}
	return device.NormalEUI(eui), nil
}

func (s *Server) rpcFailure(ctx context.Context, err error, executionID string) *rpcError {
	if errors.Is(err, dispatch.ErrBusy) {
		return &rpcError{Code: rpcInternalError, Message: "the server is busy; call again in a second", Data: map[string]any{"code": "busy", "retry_after": 1}}
	}
	e, ok := errors.AsType[*runtime.Error](err)
	if !ok {
		if ctx.Err() == nil {
			slog.ErrorContext(ctx, "an RPC could not be run", "error", err)
		}
		return &rpcError{Code: rpcInternalError, Message: "the server could not do this; its log says why"}
	}
	data := map[string]any{"code": e.Code}
	if executionID != "" {
		data["execution_id"] = executionID
	}
	if e.Line > 0 {
		data["line"], data["column"] = e.Line, e.Column
	}
	code := rpcInternalError
	switch e.Code {
	case dispatch.CodeNoMethod:
		code = rpcNoMethod
	case dispatch.CodeNoDevice, runtime.CodeBadParams:
		code = rpcInvalidParams
	}
	return &rpcError{Code: code, Message: e.Message, Data: data}
}

// awaitDeliveries waits until each job was attempted once. A downlink that a network server fetches is
// not waited for.
func (s *Server) awaitDeliveries(ctx context.Context, org string, jobs []*deliver.Job) []rpcDelivery {
	ctx, cancel := context.WithTimeout(ctx, longestWait)
	defer cancel()
	out := make([]rpcDelivery, 0, len(jobs))
	for _, queued := range jobs {
		d := rpcDelivery{ID: queued.ID, State: "pending"}
		if s.Performer.Takes(queued) {
			if j := s.awaitAttempt(ctx, org, queued.ID); j != nil {
				d.State, d.Outcome = string(j.State), j.Outcome
			}
		}
		out = append(out, d)
	}
	return out
}

// awaitAttempt returns the job after its first attempt, or nil when ctx ends before that.
func (s *Server) awaitAttempt(ctx context.Context, org, id string) *deliver.Job {
	attempted := s.Runner.Await(id)
	defer s.Runner.Forget(id, attempted)
	// It may have been attempted before anybody waited.
	if j, err := s.Store.Job(ctx, org, id); err == nil && j.Tries > 0 {
		return j
	}
	select {
	case j := <-attempted:
		return j
	case <-ctx.Done():
		return nil
	}
}
