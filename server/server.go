// Package server is the HTTP interface: authentication, validation and one file of routes per resource.
package server

import (
	"context"
	"net/http"
	"path"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/breaker"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

// maxBody is the size of the largest body that any route takes, in bytes.
const maxBody = 1 << 20

// Config is what a Server is made of.
type Config struct {
	Store      *store.Store
	Sandbox    Sandbox          // for checks and dry runs
	Breaker    *breaker.Sandbox // knows which scripts are paused
	Limits     runtime.OrgLimits
	Now        func() time.Time
	AdminToken string // an admin token for the first organisation; "" for none
	Version    string
	Dispatcher *dispatch.Dispatcher
	Runner     *deliver.Runner
	Performer  Performer
	Events     *Events
	Metrics    *Metrics
	UI         http.Handler // the admin pages; nil for none
}

// Sandbox runs scripts, and translates those that are written in TypeScript.
type Sandbox interface {
	runtime.Sandbox
	runtime.Translator
}

// Performer knows which jobs are attempted by this process, and attempts them.
type Performer interface {
	Takes(*deliver.Job) bool
	// Perform makes one attempt at the first of the jobs.
	Perform(ctx context.Context, jobs []*deliver.Job) deliver.Performed
}

// Server answers HTTP requests.
type Server struct {
	Config
	engine *gin.Engine
	api    huma.API
	logins *throttle
	bodies *bodyRoom

	importing sync.Map // the organisations whose address book is being read
	trying    sync.Map // the organisations that are trying a notification service

	stopping chan struct{}
	stop     func()
}

// New returns a Server with all its routes.
func New(c Config) *Server {
	gin.SetMode(gin.ReleaseMode)
	s := &Server{Config: c, engine: gin.New(), logins: newThrottle(), bodies: newBodyRoom(), stopping: make(chan struct{})}
	s.stop = sync.OnceFunc(func() { close(s.stopping) })
	s.engine.HandleMethodNotAllowed = true
	s.engine.Use(s.recoverPanic, limitBody)
	s.engine.NoRoute(func(c *gin.Context) {
		if s.UI != nil && !strings.HasPrefix(c.Request.URL.Path, "/api/") {
			s.UI.ServeHTTP(c.Writer, c.Request)
			return
		}
		abort(c, problem(http.StatusNotFound, "not_found", "there is no such route; GET /api/v1/openapi.json lists them all"))
	})
	s.engine.NoMethod(func(c *gin.Context) {
		abort(c, problem(http.StatusMethodNotAllowed, "method_not_allowed", c.Request.Method+" is not for this route"))
	})

	huma.NewError = humaError
	huma.ValidateStrictCasing = true
	conf := huma.DefaultConfig("Tripline", c.Version)
	conf.OpenAPIPath, conf.DocsPath, conf.SchemasPath = "/openapi", "", ""
	conf.CreateHooks = nil // no $schema links in replies
	conf.AllowAdditionalPropertiesByDefault = false
	asJSON := huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshalBody}
	conf.Formats = map[string]huma.Format{"application/json": asJSON, "json": asJSON}
	conf.Servers = []*huma.Server{{URL: "/api/v1"}}
	conf.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer", Description: "an API token"}}
	conf.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	group := s.engine.Group("/api/v1", func(c *gin.Context) { c.Header("Cache-Control", "no-store") })
	s.api = humagin.NewWithGroup(s.engine, group, conf)
	s.api.UseMiddleware(s.authenticateHuma)
	s.routes(group)
	return s
}

// schemaName tells apart types of the same name in different packages.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	if pkg := path.Base(t.PkgPath()); t.Name() != "" && pkg != "server" && pkg != "." {
		name = strings.ToUpper(pkg[:1]) + pkg[1:] + name
	}
	return name
}

// routes is the table of contents of the interface.
func (s *Server) routes(group *gin.RouterGroup) {
	s.scriptRoutes()
	s.loginRoutes()
	s.setupRoutes()
	s.userRoutes()
	s.tokenRoutes()
	s.orgRoutes()
	s.orgParamRoutes()
	s.auditRoutes()
	s.uplinkRoutes(group)
	s.rpcRoutes(group)
	s.eventRoutes(group)
	s.deviceRoutes()
	s.alarmRoutes()
	s.alarmHistoryRoutes()
	s.telemetryRoutes()
	s.overviewRoutes()
	s.executionRoutes()
	s.deliveryRoutes()
	s.notificationServiceRoutes()
	s.notificationRuleRoutes()
	s.downlinkRoutes()
	s.healthRoutes()
	s.describePlain()
}

// Handler serves the interface.
func (s *Server) Handler() http.Handler { return answerHead(s.engine) }

// Stop ends the streams that would otherwise stay open.
func (s *Server) Stop() { s.stop() }

func (s *Server) recoverPanic(c *gin.Context) {
	defer func() {
		if p := recover(); p != nil {
			abort(c, &panicError{p})
		}
	}()
	c.Next()
}

// handle registers a route that callers with the capability may use. It gets the caller beside the input.
func handle[I, O any](s *Server, may auth.Capability, op huma.Operation, fn func(context.Context, auth.Principal, *I) (*O, error)) {
	op.Metadata = map[string]any{"may": may}
	op.Security = []map[string][]string{{"token": {}}}
	op.MaxBodyBytes = maxBody
	op.Description = "Needs: " + string(may) + "."
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		p, _ := auth.From(ctx)
		out, err := fn(ctx, p, in)
		if err != nil {
			return nil, fail(ctx, err)
		}
		return out, nil
	})
}

// body is the shape of most replies.
type body[T any] struct{ Body T }
