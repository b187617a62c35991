package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	goruntime "runtime"
	"runtime/pprof"
	"syscall"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/egress"
	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/runtime/worker"
	"github.com/tripline/tripline/server/instance"
	"github.com/tripline/tripline/server/store"
)

// serveCmd runs the server.
type serveCmd struct {
	Addr string `env:"TRIPLINE_ADDR" default:"127.0.0.1:8080" help:"Where to listen."`
	dataFolder
	AdminToken    string `env:"TRIPLINE_ADMIN_TOKEN" help:"An admin token for the first organisation, for automation." placeholder:"TOKEN"`
	EgressAllow   string `env:"TRIPLINE_EGRESS_ALLOW" help:"Hosts and address prefixes that scripts may reach though they are not public." placeholder:"LIST"`
	EgressRewrite string `env:"TRIPLINE_EGRESS_REWRITE" help:"https://host=http://other:port pairs: where requests for a host go instead." placeholder:"LIST"`
	Log           string `env:"TRIPLINE_LOG" default:"info" enum:"debug,info,warn,error" help:"The least level that is logged: debug, info, warn or error."`
	Config        string `env:"TRIPLINE_CONFIG" help:"A configuration file (YAML) for limits, retention and retries." type:"existingfile" placeholder:"FILE"`
	CPUProfile    string `env:"TRIPLINE_CPUPROFILE" help:"Where to write a CPU profile of the whole run." placeholder:"FILE" hidden:""`
}

// shortestToken is how many characters an admin token has at least.
const shortestToken = 8

// graceful is how long what runs may take to end after a signal.
const graceful = 10 * time.Second

// Run serves until a signal comes.
func (c *serveCmd) Run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	s, err := c.settings()
	if err != nil {
		return err
	}
	if c.CPUProfile != "" {
		f, err := os.Create(c.CPUProfile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	return serve(ctx, c.Addr, s, func(i *instance.Instance, url string) {
		fmt.Printf("Tripline %s is ready on %s\n", version, url)
		switch {
		case i.SetupToken != "":
			fmt.Printf("\nSet the admin's password, once, at\n\n  %s/setup?token=%s\n\nthen sign in as admin and add an org param; the README goes on from there.\n", url, i.SetupToken)
		default:
			fmt.Printf("Sign in at %s\n", url)
		}
	})
}

func (c *serveCmd) settings() (instance.Settings, error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return instance.Settings{}, fmt.Errorf("the data folder: %w", err)
	}
	master, err := c.masterKey(context.Background())
	if err != nil {
		return instance.Settings{}, err
	}
	allow, err := egress.ParseAllow(c.EgressAllow)
	if err != nil {
		return instance.Settings{}, err
	}
	rewrite, err := egress.ParseRewrite(c.EgressRewrite)
	if err != nil {
		return instance.Settings{}, err
	}
	if n := len(c.AdminToken); n > 0 && n < shortestToken {
		return instance.Settings{}, fmt.Errorf("TRIPLINE_ADMIN_TOKEN has %d characters: whoever guesses it has every right; give it %d or more, for example from: openssl rand -hex 32", n, shortestToken)
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Log)); err != nil {
		return instance.Settings{}, fmt.Errorf("TRIPLINE_LOG: %w", err)
	}
	logs := slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})
	slog.SetDefault(slog.New(logs))
	s := instance.Settings{
		Data: c.Data, Keys: secret.NewKeyring(master), AdminToken: c.AdminToken,
		Egress: egress.Config{Allow: allow, Rewrite: rewrite}, Limits: runtime.OrgLimits{Everyone: runtime.DefaultLimits()},
		Retention: store.DefaultRetention, Retry: deliver.DefaultRetry, Version: version, Log: logs,
	}
	if c.Config != "" {
		return s, readConfig(c.Config, &s)
	}
	return s, nil
}

// serve runs an instance on addr until ctx ends. ready is told the address that it answers on.
func serve(ctx context.Context, addr string, s instance.Settings, ready func(i *instance.Instance, url string)) error {
	collectGarbage()
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", addr, err)
	}
	// A thread that waits for a worker process, a sync or the database keeps its share of the processors for
	// a while: with twice as many shares the others go on meanwhile.
	processors := goruntime.GOMAXPROCS(0)
	goruntime.GOMAXPROCS(2 * processors)
	pool, err := worker.New(worker.Config{Limits: s.Limits, Running: processors, Log: slog.Default()})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	s.Sandbox = pool
	i, err := instance.Start(ctx, s)
	if err != nil {
		return errors.Join(err, pool.Close(), listener.Close())
	}
	srv := &http.Server{Handler: i.Handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(listener) }()
	dropStartGarbage()
	go giveBack(ctx)
	ready(i, "http://"+listener.Addr().String())

	select {
	case <-ctx.Done():
		slog.Info("ending", "grace_s", graceful.Seconds())
	case err = <-failed:
	}
	end, cancel := context.WithTimeout(context.Background(), graceful)
	defer cancel()
	i.Drain()
	// Both at once: a caller who does not let go of its connection must not cost the work its time.
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		if srv.Shutdown(end) != nil {
			_ = srv.Close() // whoever is still connected had the whole grace
		}
	}()
	stopped := i.Stop(end)
	<-closed
	return errors.Join(err, stopped, pool.Close())
}
