package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/egress"
	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/scripts/library"
	"github.com/tripline/tripline/server/instance"
	"github.com/tripline/tripline/server/store"
)

// demoCmd shows the whole way of one hot uplink on a folder that is thrown away.
type demoCmd struct {
	Addr string `env:"TRIPLINE_ADDR" default:"127.0.0.1:8080" help:"Where to listen."`
}

const demoDevice = "a84041000181c061"

// Run serves until a signal comes, after the walk.
func (c *demoCmd) Run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.MkdirTemp("", "tripline-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	logs := slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})

	group, err := startDemoGroup()
	if err != nil {
		return err
	}
	defer group.Close()
	token := rand.Text()
	settings := instance.Settings{
		Data: dir, Keys: secret.NewKeyring(secret.NewMasterKey()), AdminToken: token,
		Egress: egress.Config{Rewrite: []egress.Rewrite{{Scheme: "https", Host: "qyapi.weixin.qq.com", To: group.url}}},
		Limits: runtime.OrgLimits{Everyone: runtime.DefaultLimits()}, Retention: store.DefaultRetention, Retry: deliver.DefaultRetry, Version: version, Log: logs,
	}
	walked := make(chan error, 1)
	err = serve(ctx, c.Addr, settings, func(_ *instance.Instance, url string) {
		go func() {
			err := (&demo{ctx: ctx, base: url, token: token, group: group}).walk()
			if err != nil {
				stop()
			}
			walked <- err
		}()
	})
	select {
	case walkErr := <-walked:
		if errors.Is(walkErr, context.Canceled) {
			walkErr = nil // Ctrl-C in the middle of the walk
		}
		return errors.Join(err, walkErr)
	default:
		return err
	}
}

// demoGroup stands in for a WeCom group: it takes messages as the platform's bot address does.
type demoGroup struct {
	*http.Server
	url      *url.URL
	messages chan string
}

func startDemoGroup() (*demoGroup, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	g := &demoGroup{url: &url.URL{Scheme: "http", Host: listener.Addr().String()}, messages: make(chan string, 16)}
	g.Server = &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var message struct {
			Markdown struct{ Content string }
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewDecoder(r.Body).Decode(&message); err != nil || message.Markdown.Content == "" {
			_, _ = io.WriteString(w, `{"errcode":40008,"errmsg":"invalid message type"}`)
			return
		}
		_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
		g.messages <- message.Markdown.Content
	})}
	go func() { _ = g.Serve(listener) }() // ends with Close
	return g, nil
}

// demo walks through the HTTP interface as an integrator would.
type demo struct {
	ctx   context.Context
	base  string
	token string
	group *demoGroup
}

func (d *demo) walk() error {
	password := rand.Text()[:12]
	overheat := library.Overheat()
	steps := []struct {
		say, method, path string
		body              any
	}{
		{"an org admin stores the WeCom group's address as an org param", "PUT", "/org-params/wecom_webhook_url",
			map[string]any{"value": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + rand.Text(), "remark": "the demo's group", "hosts": []string{"qyapi.weixin.qq.com"}}},
		{"an integrator publishes the trigger overheat", "PUT", "/scripts/trigger/overheat",
			map[string]any{"source": overheat.Source, "remark": overheat.Remark}},
		{"… and mounts it on a device that may be 30 °C warm", "PUT", "/devices/" + demoDevice,
			map[string]any{"name": "Cold room 2", "triggers": []string{"overheat"}, "server_attrs": map[string]any{"alarm_temp": 30}}},
		{"the device's network server posts an uplink: 42.5 °C", "POST", "/uplinks?wait=1",
			map[string]any{"eui": demoDevice, "thingModelId": "thermometer", "telemetry_data": map[string]any{"temperature": 42.5}}},
	}
	fmt.Println()
	for i, s := range steps {
		reply, err := d.call(s.method, s.path, s.body)
		if err != nil {
			return err
		}
		fmt.Printf("%d. %s\n   %s /api/v1%s → %s\n", i+1, s.say, s.method, s.path, shorten(reply))
	}
	select {
	case message := <-d.group.messages:
		fmt.Printf("%d. the WeCom group receives\n\n%s\n\n", len(steps)+1, indent(message))
	case <-time.After(15 * time.Second):
		return errors.New("the message did not arrive within 15 s; look at GET /api/v1/deliveries")
	case <-d.ctx.Done():
		return d.ctx.Err()
	}
	if _, err := d.call("PUT", "/users/admin", map[string]any{"role": "admin", "password": password}); err != nil {
		return err
	}
	fmt.Printf("Look around at %s (name admin, password %s), or ask the interface:\n\n", d.base, password)
	fmt.Printf("   curl -s -H 'Authorization: Bearer %s' %s/api/v1/alarms\n\n", d.token, d.base)
	fmt.Println("Everything lies in a folder that is removed at the end. Ctrl-C ends the demo.")
	return nil
}

func (d *demo) call(method, path string, body any) (string, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(d.ctx, method, d.base+"/api/v1"+path, bytes.NewReader(text))
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+d.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	reply, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	if resp.StatusCode >= 300 {
		return "", fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, reply)
	}
	return fmt.Sprintf("%d %s", resp.StatusCode, bytes.TrimSpace(reply)), nil
}

func shorten(reply string) string {
	const most = 120
	runes := []rune(reply)
	if len(runes) <= most {
		return reply
	}
	return string(runes[:most]) + " …"
}

func indent(text string) string {
	return "   │ " + string(bytes.ReplaceAll([]byte(text), []byte("\n"), []byte("\n   │ ")))
}
