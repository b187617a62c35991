package locale

import (
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones are there on every machine, and in a process that opens no file
)

// Zone finds a time zone by its name in the tz database.
func Zone(name string) (*time.Location, error) {
	switch strings.ToUpper(name) {
	case "UTC", "GMT", "ETC/UTC", "ETC/GMT":
		return time.UTC, nil
	case "", "LOCAL":
		return nil, RangeError("Invalid time zone specified: " + name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, RangeError("Invalid time zone specified: " + name)
	}
	return zone, nil
}

// abbreviations are what en-US has short names for; it writes other zones as their distance from GMT.
var abbreviations = []string{"EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "AKST", "AKDT", "HST"}

func (d *Date) zoneName(t time.Time) (string, error) {
	if d.TimeZoneName == "" {
		return "", nil
	}
	short, offset := t.Zone()
	utc := d.Zone == time.UTC || d.Zone.String() == "UTC"
	american := strings.HasPrefix(d.Zone.String(), "America/") || strings.HasPrefix(d.Zone.String(), "US/") || strings.HasPrefix(d.Zone.String(), "Pacific/Honolulu")
	switch {
	case d.TimeZoneName != "short" && utc:
		return "Coordinated Universal Time", nil
	case d.TimeZoneName != "short":
		return "", RangeError("timeZoneName " + d.TimeZoneName + " is known for UTC only: take short")
	case utc:
		return "UTC", nil
	case american && slices.Contains(abbreviations, short):
		return short, nil
	}
	return distance(offset), nil
}

// distance is an offset in seconds as GMT+5:30.
func distance(offset int) string {
	sign := "+"
	if offset < 0 {
		sign, offset = "-", -offset
	}
	hours, minutes := offset/3600, offset/60%60
	switch {
	case offset == 0:
		return "GMT"
	case minutes == 0:
		return fmt.Sprintf("GMT%s%d", sign, hours)
	}
	return fmt.Sprintf("GMT%s%d:%02d", sign, hours, minutes)
}
