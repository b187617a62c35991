// Package instance is one running Tripline: the store, the sandbox, the dispatcher, the deliveries and
// the HTTP interface, wired together.
package instance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/breaker"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/runtime/egress"
	"github.com/tripline/tripline/runtime/engine"
	"github.com/tripline/tripline/runtime/host"
	"github.com/tripline/tripline/runtime/platform/known"
	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/runtime/typescript"
	"github.com/tripline/tripline/server"
	"github.com/tripline/tripline/server/store"
	"github.com/tripline/tripline/server/ui"
)

// Settings are what an operator decides.
type Settings struct {
	Data       string // the data folder, which must exist
	Keys       *secret.Keyring
	AdminToken string
	Egress     egress.Config
	Limits     runtime.OrgLimits
	Sandbox    server.Sandbox // runs the scripts; nil: the process itself does, without isolation and with everyone's limits
	Retention  store.Retention
	Retry      deliver.Retry
	Version    string
	Now        func() time.Time
	Log        slog.Handler // where the process's log goes
}

// Instance is one running Tripline.
type Instance struct {
	Store *store.Store
	// SetupToken opens the page that sets the first admin's password; "" when there is one, or an admin
	// token.
	SetupToken string

	lock       io.Closer
	server     *server.Server
	dispatcher *dispatch.Dispatcher
	runner     *deliver.Runner
	budgets    *egress.Budgets
	sweep      sync.WaitGroup
	quit       chan struct{}
	retention  store.Retention
}

// LockFile keeps a second server out of a data folder: both would fire every timer and make every
// delivery. The system lets go of the lock when the process ends, however it does.
const LockFile = "tripline.lock"

// Start opens the data folder, takes up what the last process left and begins to work.
func Start(ctx context.Context, s Settings) (*Instance, error) {
	if s.Now == nil {
		s.Now = time.Now
	}
	held, err := Lock(s.Data)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, s.Data, store.Options{Keys: s.Keys, Now: s.Now, Services: known.Services()})
	if err != nil {
		return nil, errors.Join(err, held.Close())
	}
	i := &Instance{Store: db, lock: held, quit: make(chan struct{}), retention: s.Retention}
	if err := i.wire(ctx, s); err != nil {
		return nil, errors.Join(err, db.Close(), held.Close())
	}
	i.sweep.Go(i.sweepHourly)
	i.sweep.Go(i.boundOften)
	i.sweep.Go(i.saveUses)
	i.sweep.Go(i.tellLater)
	return i, nil
}

func (i *Instance) wire(ctx context.Context, s Settings) error {
	var err error
	if i.SetupToken, err = i.Store.Bootstrap(ctx); err != nil {
		return fmt.Errorf("make the first organisation: %w", err)
	}
	if s.AdminToken != "" {
		i.SetupToken = ""
	}
	// From here on no value of an org param gets into the process's log.
	slog.SetDefault(slog.New(secret.NewLogHandler(s.Log, i.Store.Redactor)))
	i.warnOfUnknown(ctx, s.Limits)
	client := egress.New(s.Egress)
	sandbox := s.Sandbox
	if sandbox == nil {
		sandbox = inProcess{Engine: engine.New(s.Limits.Everyone)}
	}
	pausing := breaker.New(sandbox, breaker.Default)
	platforms := known.Platforms()
	budgets, err := egress.NewBudgets(ctx, i.Store, i.Store, platforms, s.Now)
	if err != nil {
		return err
	}
	performer := &deliver.HTTP{
		Client: client, Orgs: i.Store, Platforms: platforms, Now: s.Now, Budgets: budgets,
		Types: known.Services(), Services: i.Store, Tokens: deliver.NewTokens(i.Store, s.Now), Dialer: client,
	}
	i.budgets = budgets
	hosts := host.New(client, i.Store, i.Store, s.Now)
	hosts.Budgets = budgets
	events := server.NewEvents()
	metrics := server.NewMetrics(func() int { return i.dispatcher.Waiting() })

	i.runner = deliver.NewRunner(i.Store, performer, s.Retry, s.Now)
	i.runner.Refused = store.Refused
	i.runner.Finished = func(j *deliver.Job) {
		metrics.Attempt(j)
		events.Delivery(j)
	}
	i.dispatcher = dispatch.New(dispatch.Config{
		Store: i.Store, Orgs: i.Store, Sandbox: pausing, Limits: s.Limits, Queue: i.runner, Now: s.Now,
		Hosts: hosts, NewID: i.Store.NewID, Refused: store.Refused,
		Changed: func(e *dispatch.Execution) {
			metrics.Execution(e)
			i.Store.Used(e)
			events.Execution(e)
		},
	})
	i.Store.GatherWhile(i.dispatcher.Busy)
	i.server = server.New(server.Config{
		Store: i.Store, Sandbox: sandbox, Breaker: pausing, Limits: s.Limits, Now: s.Now, AdminToken: s.AdminToken, Version: s.Version,
		Dispatcher: i.dispatcher, Runner: i.runner, Performer: performer, Events: events, Metrics: metrics, UI: ui.Handler(),
	})
	if err := i.runner.Start(ctx); err != nil {
		return err
	}
	if err := i.dispatcher.Start(ctx); err != nil {
		i.runner.Stop(ctx)
		return err
	}
	return nil
}

// inProcess runs and translates scripts in the server's own process.
type inProcess struct {
	*engine.Engine
	typescript.InProcess
}

// warnOfUnknown tells of limits for organisations that are not there: a code may be misspelt, or yet be made.
func (i *Instance) warnOfUnknown(ctx context.Context, limits runtime.OrgLimits) {
	for _, code := range slices.Sorted(maps.Keys(limits.Own)) {
		if _, err := i.Store.Org(ctx, code); err != nil {
			slog.Warn("limits are configured for an organisation that is not there", "org", code)
		}
	}
}

// Handler serves the HTTP interface and the admin pages.
func (i *Instance) Handler() http.Handler { return i.server.Handler() }

// Drain ends the streams that would keep the HTTP server from shutting down.
func (i *Instance) Drain() { i.server.Stop() }

// Stop lets what runs end until ctx does, and closes the data folder. What is left is taken up by the
// next process.
func (i *Instance) Stop(ctx context.Context) error {
	close(i.quit)
	i.server.Stop()
	i.dispatcher.Stop(ctx)
	i.runner.Stop(ctx)
	i.sweep.Wait()
	return errors.Join(i.Store.SaveUses(context.WithoutCancel(ctx)), i.Store.Close(), i.lock.Close())
}

// Old history is removed soon after the start and then every hour.
const (
	sweepFirst = time.Minute
	sweepEvery = time.Hour
)

func (i *Instance) sweepHourly() {
	// The first one soon: a server that is restarted often must be swept too.
	next := time.NewTimer(sweepFirst)
	defer next.Stop()
	for {
		select {
		case <-i.quit:
			return
		case <-next.C:
			next.Reset(sweepEvery)
		}
		i.budgets.Sweep()
		if err := i.Store.PurgeAccess(context.Background()); err != nil {
			slog.Error("ended sessions and former org params could not be removed", "error", err)
		}
		removed, err := i.Store.Sweep(context.Background(), i.retention)
		if err != nil {
			slog.Error("old history could not be removed", "error", err)
		} else if removed > 0 {
			slog.Info("removed old history", "rows", removed)
		}
	}
}

// saveUsesEvery is how much of when scripts last ran a crash may lose.
const saveUsesEvery = 10 * time.Second

func (i *Instance) saveUses() {
	i.every(saveUsesEvery, func() {
		if err := i.Store.SaveUses(context.Background()); err != nil {
			slog.Error("when scripts last ran could not be written", "error", err)
		}
	})
}

// every calls fn at every interval until the instance stops.
func (i *Instance) every(interval time.Duration, fn func()) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-i.quit:
			return
		case <-ticker.C:
			fn()
		}
	}
}
