package deliver

import (
	"context"
	"log/slog"
	"time"
)

// finish has an attempt stored, however long the disk refuses to: an attempt that is not on record would
// be made again. Meanwhile its slot and the devices' turns are taken, so that nothing is lost or overtaken.
func (r *Runner) finish(settled []*Job) (next []*Job, stored bool) {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		next, err := r.store.FinishAttempt(context.Background(), settled...)
		if err == nil {
			return next, true
		}
		if r.Refused != nil && r.Refused(err) {
			return r.finishRefused(settled, err), true
		}
		slog.Error("an attempt could not be stored and is stored again", "delivery", settled[0].ID, "error", err, "wait_ms", wait.Milliseconds())
		select {
		case <-time.After(wait):
		case <-r.ctx.Done():
			return nil, false
		}
	}
}

// finishRefused stores what the store would refuse for ever: each job by itself, and one that is the
// reason as discarded, without the change that it makes. It never takes what comes with it along.
func (r *Runner) finishRefused(settled []*Job, err error) (next []*Job) {
	if len(settled) > 1 {
		for _, j := range settled {
			more, _ := r.finish([]*Job{j})
			next = append(next, more...)
		}
		return next
	}
	j := settled[0]
	slog.Error("an attempt cannot be stored as it is: the delivery is given up", "delivery", j.ID, "error", err)
	j.State, j.ScheduledAt, j.FinishedAt, j.Local, j.Repacked = Discarded, time.Time{}, r.now(), nil, false
	j.Error = &Error{Code: "not_stored", Message: "the attempt was made, and what became of it could not be stored", Remedy: "Look at the server's log. Retry this delivery only if the destination does not have it."}
	next, err = r.store.FinishAttempt(context.Background(), j)
	if err != nil {
		slog.Error("a delivery cannot be stored at all: it is left alone until the server is started again", "delivery", j.ID, "error", err)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.unstorable[j.ID] = true
	}
	return next
}
