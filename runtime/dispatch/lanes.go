package dispatch

import "sync"

type laneKey struct{ org, eui string }

// lanes keep the work of each device in order: one piece at a time per device, devices side by side.
type lanes struct {
	mu     sync.Mutex
	queues map[laneKey][]func()
	wg     sync.WaitGroup
}

// add puts work behind what the device has to do already.
func (l *lanes) add(key laneKey, work func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.queues == nil {
		l.queues = map[laneKey][]func(){}
	}
	queue, running := l.queues[key]
	l.queues[key] = append(queue, work)
	if !running {
		l.wg.Add(1)
		go l.run(key)
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
	}
}

// wait returns when every lane is empty.
func (l *lanes) wait() { l.wg.Wait() }
