package dispatch

import (
	"context"
	"fmt"
	"strings"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/alarm"
)

// noteUnknownGroups puts on the log of a run which names in an alarm's notice_groups no notification
// service has: nobody is told there, and that must not go unseen.
func (u *unit) noteUnknownGroups(ctx context.Context, run *Run, action int, c alarm.Change, view ActionView) {
	if len(c.NoticeGroups) == 0 || view.DeliveryID == "" && (view.Event == string(alarm.None) || view.Event == string(alarm.Counted)) {
		return
	}
	set, err := u.d.Orgs.Notifications(ctx, u.org)
	if err != nil {
		return // the organisation was deleted, and its work ends
	}
	unknown := set.Unknown(c.NoticeGroups)
	if len(unknown) == 0 {
		return
	}
	run.Logs = append(run.Logs, runtime.LogEntry{Time: u.d.Now(), Level: runtime.LevelWarn, Text: fmt.Sprintf(
		"[%d].dnMsg.data.notice_groups: nobody is told through %s: there is no notification service of that name", action, strings.Join(unknown, ", "))})
}
