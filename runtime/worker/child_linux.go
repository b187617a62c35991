package worker

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"
	"os/signal"
	goruntime "runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
	_ "time/tzdata" // a worker process can open no file

	"golang.org/x/sys/unix"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
	"github.com/tripline/tripline/runtime/typescript"
)

// channelFD is the one end of the channel that a worker process inherits.
const channelFD = 3

// Child turns the process into a worker process, and then never returns, when it was started as one. A
// program that makes a Pool calls it first thing in main, a test in TestMain.
func Child() {
	if isChild() {
		os.Exit(serve())
	}
}

// serve is the whole life of a worker process. It returns the status to exit with.
func serve() int {
	goruntime.LockOSThread()
	signal.Ignore(unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGPIPE)
	log.SetOutput(io.Discard) // standard error is the channel
	time.Local = engine.Zone()
	line := descriptor{fd: channelFD}
	in := newChannel(line, maxHello)
	k, body, err := in.read()
	var sets []runtime.Limits
	if err != nil || k != frameHello || json.Unmarshal(body, &sets) != nil || len(sets) == 0 {
		return 2
	}
	limits := roof(sets)
	in.cap = capToChild(limits)
	c := &child{
		in: in, out: line, capOut: capFromChild(limits),
		limits: sets, most: limits, engine: engine.New(limits), sources: make(map[uint64]*string),
		heap: []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}},
	}
	c.host.child = c
	if c.polled, err = newPolled(channelFD); err != nil || c.out.prepare() != nil {
		return 2
	}
	if c.memory, err = confine(limits.Memory, leastMemory(sets)); err != nil {
		_, _ = c.out.Write([]byte("\nthe worker process could not confine itself: " + err.Error()))
		return 2
	}
	if err := c.send(frameReady, nil); err != nil {
		return 2
	}
	for {
		if err := c.serveOne(); err == io.EOF {
			return 0
		} else if err != nil {
			return 2
		}
	}
}

// child is a worker process seen from inside.
type child struct {
	in     *channel
	out    descriptor
	polled io.Reader // in's stream while the run goes on meanwhile
	capOut int
	frame  frame // of the run's own goroutine
	limits []runtime.Limits
	most   runtime.Limits // of each of them
	memory memoryLimit
	engine *engine.Engine
	// sources are the scripts that the engine has compiled, as the supervisor numbers them.
	sources     map[uint64]*string
	sourceBytes int
	host        hostProxy
	runs        int
	lasting     uint64 // bytes of the heap that were in use after garbage was last collected
	worn        bool   // memory does not come back: the process is to be replaced
	heap        []metrics.Sample
}

func (c *child) send(k kind, write func(*frame)) error {
	defer c.frame.trim()
	c.frame.reset(k)
	if write != nil {
		write(&c.frame)
	}
	return c.flush(&c.frame)
}

func (c *child) flush(f *frame) error {
	text, err := f.seal(c.capOut)
	if err == nil {
		_, err = c.out.Write(text)
	}
	return err
}

// serveOne serves one check or run.
func (c *child) serveOne() error {
	k, body, err := c.in.read()
	if err != nil {
		return err
	}
	f := fields{rest: body}
	s := f.script()
	came := s.source != nil // and the supervisor takes the script for one that is to be compiled
	if !came {
		s.source = c.sources[s.id]
	}
	var inv runtime.Invocation
	var limits int
	var host bool
	if k == frameRun {
		inv, limits, host = f.invocation(len(c.limits))
	}
	switch err := f.done(); {
	case err != nil:
		return err
	case s.source == nil:
		return c.send(frameUnknown, nil)
	}
	if k == frameTranslate {
		return c.translate(runtime.Script{Kind: s.kind, Name: s.name, Source: *s.source})
	}
	var o outcome
	inv.Script = runtime.Script{Kind: s.kind, Name: s.name, Source: *s.source}
	if came || k == frameCheck {
		if o.err = c.compile(s.id, inv.Script); o.err != nil || k == frameCheck {
			return c.finish(&o)
		}
		if err := c.send(frameCompiled, nil); err != nil {
			return err
		}
	}
	c.run(inv, &c.limits[limits], host, &o)
	if err := c.finish(&o); err != nil {
		return err
	}
	c.host.drain()
	c.tidy(o.result.CPU)
	return nil
}

// compile fills the engine's cache, which is emptied when it has grown: compiled code lives in the memory
// that runs are to have.
func (c *child) compile(id uint64, s runtime.Script) *runtime.Error {
	if len(c.sources) >= maxSources || c.sourceBytes+len(s.Source) > maxSourceBytes {
		c.engine, c.sourceBytes = engine.New(c.most), 0
		clear(c.sources)
	}
	if err := c.engine.Check(context.Background(), s); err != nil {
		return runtime.AsError(err)
	}
	if c.sources[id] == nil {
		c.sources[id] = &s.Source
		c.sourceBytes += len(s.Source)
	}
	return nil
}

// translate translates TypeScript. What goes on for ever is ended by the supervisor together with the process.
func (c *child) translate(s runtime.Script) error {
	began := time.Now()
	t, err := typescript.Translate(s)
	if err == nil {
		err = c.send(frameTranslated, func(f *frame) { f.translation(t) })
	}
	switch e, ok := errors.AsType[*runtime.Error](err); {
	case ok:
		err = c.finish(&outcome{err: e})
	case errors.Is(err, errTooLarge):
		err = c.finish(&outcome{err: runtime.Errorf(runtime.CodeSourceTooLarge, "the JavaScript that the TypeScript turns into is too long")})
	}
	c.tidy(time.Since(began))
	return err
}

func (c *child) run(inv runtime.Invocation, limits *runtime.Limits, host bool, o *outcome) {
	if err := c.memory.set(limits.Memory); err != nil {
		o.err = runtime.Errorf(runtime.CodeWorkerLost, "the memory of the run could not be limited: %v", err)
		return
	}
	if host {
		c.host.open()
		inv.Host = &c.host
		defer c.host.close()
	}
	result, err := c.engine.RunWithin(context.Background(), *limits, inv)
	o.result, o.err = result, runtime.AsError(err)
}

// finish sends how a run ended, and what is left of it when that is over its cap.
func (c *child) finish(o *outcome) error {
	o.worn = c.worn || c.memory.outgrown()
	err := c.send(frameResult, func(f *frame) { f.outcome(o) })
	if !errors.Is(err, errTooLarge) {
		return err
	}
	o.err = runtime.Errorf(runtime.CodeResultTooLarge, "the result and the log are too large together")
	o.result.Value, o.result.Context, o.result.Logs = nil, nil, nil
	return c.send(frameResult, func(f *frame) { f.outcome(o) })
}

// Bounds of what stays in a worker process from run to run.
const (
	maxSources     = 512
	maxSourceBytes = 1 << 20  // some thirty times as much as compiled code
	roomyHeap      = 24 << 20 // above which memory is given back after a run
	maxGarbage     = 8 << 20  // that runs leave behind before it is collected
	tidyEvery      = 16       // runs
	longRun        = 20 * time.Millisecond
)

// tidy collects the garbage of short runs between two of them: during a run that takes longer, and slows the
// run down. It gives memory back after a run that may have used much of it. The caller of the run has its
// result already.
func (c *child) tidy(cpu time.Duration) {
	if c.runs++; cpu < longRun && c.runs%tidyEvery != 0 {
		return
	}
	switch size := c.heapSize(); {
	case size >= roomyHeap:
		aside(debug.FreeOSMemory)
		c.lasting = c.heapSize()
		c.worn = c.lasting > roomyHeap
	case size >= c.lasting+maxGarbage:
		aside(goruntime.GC)
		c.lasting = c.heapSize()
	}
}

// aside calls f on another thread: the collector gives way often, which costs the goroutine that is bound to
// this one two switches of threads each time.
func aside(f func()) {
	done := make(chan struct{})
	go func() {
		f()
		close(done)
	}()
	<-done
}

func (c *child) heapSize() uint64 {
	metrics.Read(c.heap)
	return c.heap[0].Value.Uint64()
}
