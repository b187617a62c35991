package instance

import (
	"context"
	"log/slog"
	"time"
)

// boundEvery is how often it is looked at how large the database is.
const boundEvery = 5 * time.Second

// boundOften keeps the database to its size, and gives back to the disk what it does not need.
func (i *Instance) boundOften() {
	told := "" // of what is wrong, so that the log does not repeat it
	i.every(boundEvery, func() {
		removed, err := i.Store.Bound(context.Background(), i.retention.Bytes)
		if err != nil && err.Error() != told {
			slog.Error("the database could not be kept to its size", "error", err)
			told = err.Error()
		} else if removed > 0 {
			slog.Info("removed the oldest history to keep the database to its size", "rows", removed)
		}
		given, err := i.Store.Shrink(context.Background(), i.quit)
		if err != nil {
			slog.Error("the database file could not be made smaller", "error", err)
		} else if given > 0 {
			slog.Info("made the database file smaller", "bytes", given)
		}
	})
}
