package dispatch

import (
	"sync"
	"sync/atomic"
	"time"
)

type laneKey struct{ org, eui string }

// lanes keep the work of each device in order: one piece at a time per device, devices side by side.
type lanes struct {
	mu     sync.Mutex
	queues map[laneKey][]func()
	idle   chan laneKey    // taken by goroutines that have no lane: their stacks have grown already
	quit   <-chan struct{} // closed: nobody waits for lanes any more
	wg     sync.WaitGroup
	// computing is how many pieces of work there are, but for those that wait for the disk just now.
	computing atomic.Int64
}

// idleFor is how long a goroutine without a lane waits for one.
const idleFor = time.Second

func newLanes(quit <-chan struct{}) *lanes {
	return &lanes{queues: map[laneKey][]func(){}, idle: make(chan laneKey), quit: quit}
}

// add puts work behind what the device has to do already.
func (l *lanes) add(key laneKey, work func()) {
	l.computing.Add(1)
	l.mu.Lock()
	queue, running := l.queues[key]
	l.queues[key] = append(queue, work)
	if !running {
		l.wg.Add(1)
	}
	l.mu.Unlock()
	if running {
		return
	}
	select {
	case l.idle <- key:
	default:
		go l.serve(key)
	}
}

// serve works a lane off, and then others as long as they come soon.
func (l *lanes) serve(key laneKey) {
	patience := time.NewTimer(idleFor)
	defer patience.Stop()
	for {
		l.run(key)
		patience.Reset(idleFor)
		select {
		case key = <-l.idle:
		case <-patience.C:
			return
		case <-l.quit:
			return
		}
	}
}

func (l *lanes) run(key laneKey) {
	defer l.wg.Done()
	for {
		l.mu.Lock()
		queue := l.queues[key]
		if len(queue) == 0 {
			delete(l.queues, key)
			l.mu.Unlock()
			return
		}
		work := queue[0]
		queue[0] = nil
		l.queues[key] = queue[1:]
		l.mu.Unlock()
		work()
		l.computing.Add(-1)
	}
}

// waitForDisk calls do, which a lane's work waits in.
func (l *lanes) waitForDisk(do func()) {
	l.computing.Add(-1)
	do()
	l.computing.Add(1)
}

// wait returns when every lane is empty.
func (l *lanes) wait() { l.wg.Wait() }
