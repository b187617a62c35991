package notify

import (
	"regexp"
	"strconv"
	"time"

	"github.com/tripline/tripline/runtime/invalid"
)

// QuietHours is a part of every day, over midnight when From is later than To.
type QuietHours struct {
	From     string `json:"from"`                // HH:MM, the first quiet minute
	To       string `json:"to"`                  // HH:MM, the first minute that is not quiet any more
	TimeZone string `json:"time_zone,omitempty"` // IANA name; "" is the organisation's
}

var clockTime = regexp.MustCompile(`^([01][0-9]|2[0-3]):([0-5][0-9])$`)

func (q QuietHours) check() error {
	var bad invalid.Error
	for _, field := range []struct{ name, value string }{{"from", q.From}, {"to", q.To}} {
		if !clockTime.MatchString(field.value) {
			bad = append(bad, invalid.At(field.name, "must be a time of day such as 22:30")...)
		}
	}
	if len(bad) == 0 && q.From == q.To {
		bad = append(bad, invalid.At("to", "must be another time than from; to tell nothing at all, set enabled to false")...)
	}
	if _, err := zoneOf(q.TimeZone); err != nil {
		bad = append(bad, invalid.At("time_zone", "must be an IANA name such as Asia/Shanghai, or left out for the organisation's")...)
	}
	if len(bad) > 0 {
		return bad
	}
	return nil
}

// after is the end of the quiet hours that at is in, or at itself. What counts is what a clock on the wall
// shows: on the night when clocks go back, hours that come twice are quiet, or not, both times.
func (q QuietHours) after(at time.Time, zone string) time.Time {
	if q.TimeZone != "" {
		zone = q.TimeZone
	}
	location, err := zoneOf(zone)
	if err != nil {
		location = time.UTC // it was checked; the tables of zones may have changed
	}
	local := at.In(location)
	now, from, to := local.Hour()*60+local.Minute(), minutes(q.From), minutes(q.To)
	quiet := from <= now && now < to
	if from > to {
		quiet = now >= from || now < to
	}
	if !quiet {
		return at
	}
	return nextShown(local, time.Duration(to)*time.Minute).UTC()
}

// day is how long a clock on the wall takes to show the same time again.
const day = 24 * time.Hour

// nextShown is the next time that a clock on the wall shows so long after midnight: that moment or, where
// the clock is put forward over it, the moment at which it is. at has the time zone of the clock.
func nextShown(at time.Time, clock time.Duration) time.Time {
	for {
		hour, minute, second := at.Clock()
		shown := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second + time.Duration(at.Nanosecond())
		next := at.Add((clock - shown + day) % day)
		_, change := at.ZoneBounds()
		if change.IsZero() || next.Before(change) {
			return next
		}
		_, before := at.Zone()
		_, after := change.Zone()
		if skipped := time.Duration(after-before) * time.Second; next.Sub(change) < skipped {
			return change
		}
		at = change // the clock is put, and shows what it shows from there on
	}
}

// minutes is how many minutes of the day are over at a time such as 22:30.
func minutes(clock string) int {
	if !clockTime.MatchString(clock) {
		return 0
	}
	hour, _ := strconv.Atoi(clock[:2])
	minute, _ := strconv.Atoi(clock[3:])
	return hour*60 + minute
}

// zoneOf finds a time zone; "" is UTC. Local is the server's own surroundings to Go, and no zone here.
func zoneOf(name string) (*time.Location, error) {
	if name == "Local" {
		name = "Local is no IANA name"
	}
	return time.LoadLocation(name)
}
