package instance

import (
	"context"
	"log/slog"
	"time"
)

const (
	// tellEvery is how often is looked for reminders and for what quiet hours held back.
	tellEvery = time.Second
	// toldAtOnce bounds what one transaction queues, so that nobody waits long behind it.
	toldAtOnce = 200
)

// tellLater queues the notifications whose time has come. All that it knows is on disk: a process that was
// killed has its successor go on.
func (i *Instance) tellLater() {
	i.every(tellEvery, func() {
		for more := true; more; {
			jobs, left, err := i.Store.TellDue(context.Background(), toldAtOnce)
			if err != nil {
				slog.Error("reminders could not be queued and are queued later", "error", err)
			}
			i.runner.Offer(jobs...)
			more = left && err == nil
		}
	})
}
