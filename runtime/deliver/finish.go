package deliver

import (
	"context"
	"log/slog"
	"time"
)

// finish has an attempt stored, however long the disk refuses to: an attempt that is not on record would
// be made again. Meanwhile its slot and the devices' turns are taken, so that nothing is lost or overtaken.
// What the store would refuse for ever is given up.
func (r *Runner) finish(settled []*Job) (next []*Job, stored bool) {
	givenUp := false
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		next, err := r.store.FinishAttempt(context.Background(), settled...)
		refused := err != nil && r.Refused != nil && r.Refused(err)
		switch {
		case err == nil:
			return next, true
		case refused && len(settled) > 1:
			return r.finishEach(settled)
		case refused && givenUp:
			r.leaveAlone(settled[0], err)
			return nil, true
		case refused:
			r.giveUpStoring(settled[0], err)
			givenUp = true
			continue
		}
		slog.Error("an attempt could not be stored and is stored again", "delivery", settled[0].ID, "error", err, "wait_ms", wait.Milliseconds())
		select {
		case <-time.After(wait):
		case <-r.ctx.Done():
			return nil, false
		}
	}
}

// finishEach stores jobs each by itself: the one that is refused does not take the others along.
func (r *Runner) finishEach(settled []*Job) (next []*Job, stored bool) {
	for _, j := range settled {
		more, stored := r.finish([]*Job{j})
		if !stored {
			return nil, false
		}
		next = append(next, more...)
	}
	return next, true
}

// giveUpStoring makes of a job that cannot be stored a discarded one, without the change that it makes.
func (r *Runner) giveUpStoring(j *Job, err error) {
	slog.Error("an attempt cannot be stored as it is: the delivery is given up", "delivery", j.ID, "error", err)
	j.State, j.ScheduledAt, j.FinishedAt, j.Local, j.Repacked = Discarded, time.Time{}, r.now(), nil, false
	j.Error = &Error{Code: "not_stored", Message: "the attempt was made, and what became of it could not be stored", Remedy: "Look at the server's log. Retry this delivery only if the destination does not have it."}
}

// leaveAlone has a job whose row cannot be written not be attempted again by this process.
func (r *Runner) leaveAlone(j *Job, err error) {
	slog.Error("a delivery cannot be stored at all: it is left alone until the server is started again", "delivery", j.ID, "error", err)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unstorable[j.ID] = true
}
