// Package locale writes numbers and dates as toLocaleString and Intl do in Node: completely for en-US, and
// with figures only for a few other languages that scripts use as a trick to get a certain order.
package locale

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Part is a piece of a written date, in the words of formatToParts.
type Part struct{ Type, Value string }

// Date is how a date is written: the options of Intl.DateTimeFormat, "" for what is not given.
type Date struct {
	Locale string
	Zone   *time.Location

	Weekday, Year, Month, Day string
	Hour, Minute, Second      string
	FractionalSecondDigits    int
	TimeZoneName              string
	DateStyle, TimeStyle      string
	Hour12                    *bool
	HourCycle                 string
}

// order is how a language writes dates in figures.
type order struct {
	fields    [3]string
	separator string
	padded    bool // day and month have two digits
	join      string
	twelve    bool
}

var orders = map[string]order{
	"en-US": {[3]string{"month", "day", "year"}, "/", false, ", ", true},
	"en-GB": {[3]string{"day", "month", "year"}, "/", true, ", ", false},
	"zh-CN": {[3]string{"year", "month", "day"}, "/", false, " ", false},
	"en-CA": {[3]string{"year", "month", "day"}, "-", true, ", ", true},
	"sv-SE": {[3]string{"year", "month", "day"}, "-", true, " ", false},
	"de-DE": {[3]string{"day", "month", "year"}, ".", false, ", ", false},
}

// Known is the locale that serves for a tag, "" when there is none.
func Known(tag string) string {
	switch strings.ToLower(tag) {
	case "", "en", "en-us", "c", "en-us-posix":
		return "en-US"
	case "zh", "zh-cn", "zh-hans", "zh-hans-cn":
		return "zh-CN"
	case "sv", "sv-se":
		return "sv-SE"
	case "de", "de-de":
		return "de-DE"
	case "en-ca":
		return "en-CA"
	case "en-gb":
		return "en-GB"
	}
	return ""
}

// Format writes t.
func (d Date) Format(t time.Time) (string, error) {
	parts, err := d.Parts(t)
	var text strings.Builder
	for _, p := range parts {
		text.WriteString(p.Value)
	}
	return text.String(), err
}

// Parts is Format in pieces.
func (d Date) Parts(t time.Time) ([]Part, error) {
	t = t.In(d.Zone)
	join := orders[d.Locale].join
	if d.DateStyle != "" || d.TimeStyle != "" {
		if d.DateStyle == "full" || d.DateStyle == "long" {
			join = " at "
		}
		d.applyStyles()
	} else if d.Month == "long" && d.Locale == "en-US" && d.Day != "" {
		join = " at "
	}
	if d.textual() && d.Locale != "en-US" {
		return nil, RangeError("dates in words are written in en-US only, not in " + d.Locale)
	}
	if d.Weekday != "" && d.Year+d.Month+d.Day == "" {
		join = " "
	}
	date, clock := d.date(t), d.clock(t)
	zone, err := d.zoneName(t)
	if err != nil {
		return nil, err
	}
	if zone != "" && len(clock) == 0 {
		return append(date, Part{"literal", ", "}, Part{"timeZoneName", zone}), nil
	}
	if len(date) > 0 && len(clock) > 0 {
		date = append(date, Part{"literal", join})
	}
	parts := append(date, clock...)
	if zone != "" {
		parts = append(parts, Part{"literal", " "}, Part{"timeZoneName", zone})
	}
	return parts, nil
}

func (d *Date) textual() bool {
	return d.Weekday != "" || d.Month != "" && d.Month != "numeric" && d.Month != "2-digit"
}

// applyStyles turns dateStyle and timeStyle into the fields they stand for.
func (d *Date) applyStyles() {
	switch d.DateStyle {
	case "full":
		d.Weekday, d.Month, d.Day, d.Year = "long", "long", "numeric", "numeric"
	case "long":
		d.Month, d.Day, d.Year = "long", "numeric", "numeric"
	case "medium":
		d.Month, d.Day, d.Year = "short", "numeric", "numeric"
	case "short":
		d.Month, d.Day, d.Year = "numeric", "numeric", "2-digit"
	}
	if d.TimeStyle == "" {
		return
	}
	d.Hour, d.Minute = "numeric", "2-digit"
	if d.TimeStyle != "short" {
		d.Second = "2-digit"
	}
	switch d.TimeStyle {
	case "full":
		d.TimeZoneName = "long"
	case "long":
		d.TimeZoneName = "short"
	}
}

func (d *Date) date(t time.Time) []Part {
	if d.textual() && d.Month != "numeric" && d.Month != "2-digit" {
		return d.inWords(t)
	}
	o := orders[d.Locale]
	var parts []Part
	for _, field := range o.fields {
		if value := d.figure(field, t, o.padded); value != "" {
			if len(parts) > 0 {
				parts = append(parts, Part{"literal", o.separator})
			}
			parts = append(parts, Part{field, value})
		}
	}
	if d.Weekday != "" {
		parts = append([]Part{{"weekday", name(t.Weekday().String(), d.Weekday)}, {"literal", ", "}}, parts...)
	}
	return parts
}

// inWords is a date with the name of its month or weekday.
func (d *Date) inWords(t time.Time) []Part {
	var parts []Part
	add := func(kind, separator, value string) {
		if value == "" {
			return
		}
		if len(parts) > 0 {
			parts = append(parts, Part{"literal", separator})
		}
		parts = append(parts, Part{kind, value})
	}
	if d.Weekday != "" {
		add("weekday", "", name(t.Weekday().String(), d.Weekday))
	}
	if d.Month != "" {
		add("month", ", ", name(t.Month().String(), d.Month))
	}
	day := d.figure("day", t, false)
	if d.Weekday != "" && d.Month == "" && day != "" {
		return []Part{{"day", day}, {"literal", " "}, parts[0]}
	}
	add("day", " ", day)
	separator := ", "
	if d.Day == "" {
		separator = " "
	}
	add("year", separator, d.figure("year", t, false))
	return parts
}

func name(full, length string) string {
	switch length {
	case "short":
		return full[:3]
	case "narrow":
		return full[:1]
	}
	return full
}

// figure is a field in digits, "" when it is not wanted.
func (d *Date) figure(field string, t time.Time, padded bool) string {
	value, width := 0, ""
	switch field {
	case "year":
		value, width = t.Year(), d.Year
		if width == "2-digit" {
			return fmt.Sprintf("%02d", value%100)
		}
		padded = false
	case "month":
		value, width = int(t.Month()), d.Month
	case "day":
		value, width = t.Day(), d.Day
	}
	switch {
	case width == "":
		return ""
	case width == "2-digit" || padded && d.Year != "":
		return fmt.Sprintf("%02d", value)
	}
	return strconv.Itoa(value)
}

// clock is the time of day.
func (d *Date) clock(t time.Time) []Part {
	var parts []Part
	add := func(kind, value string) {
		if len(parts) > 0 {
			parts = append(parts, Part{"literal", ":"})
		}
		parts = append(parts, Part{kind, value})
	}
	cycle := d.cycle()
	if d.Hour != "" {
		add("hour", d.hour(t, cycle))
	}
	if d.Minute != "" {
		add("minute", digits(t.Minute(), d.Minute == "2-digit" && d.Second != "" || d.Hour != "" || d.Second != ""))
	}
	if d.Second != "" || d.FractionalSecondDigits > 0 {
		text := digits(t.Second(), d.Second == "2-digit" && d.Minute != "" || d.Minute != "")
		if d.Second == "" {
			text = ""
		}
		if n := d.FractionalSecondDigits; n > 0 {
			fraction := fmt.Sprintf("%03d", t.Nanosecond()/int(time.Millisecond))[:n]
			if text != "" {
				text += "."
			}
			text += fraction
		}
		add("second", text)
	}
	if d.Hour != "" && (cycle == "h12" || cycle == "h11") {
		period := "AM"
		if t.Hour() >= 12 {
			period = "PM"
		}
		if d.Locale == "en-CA" {
			period = map[string]string{"AM": "a.m.", "PM": "p.m."}[period]
		}
		parts = append(parts, Part{"literal", " "}, Part{"dayPeriod", period})
	}
	return parts
}

func digits(n int, two bool) string {
	if two {
		return fmt.Sprintf("%02d", n)
	}
	return strconv.Itoa(n)
}

// cycle is how hours are counted. Without 12 hours, en-US has a hour 24 and no hour 0.
func (d *Date) cycle() string {
	switch {
	case d.Hour12 != nil && *d.Hour12:
		return "h12"
	case d.Hour12 != nil && d.Locale == "en-US":
		return "h24"
	case d.Hour12 != nil:
		return "h23"
	case slices.Contains([]string{"h11", "h12", "h23", "h24"}, d.HourCycle):
		return d.HourCycle
	case orders[d.Locale].twelve:
		return "h12"
	}
	return "h23"
}

func (d *Date) hour(t time.Time, cycle string) string {
	h := t.Hour()
	switch {
	case cycle == "h12" && h%12 == 0:
		h = 12
	case cycle == "h12", cycle == "h11":
		h %= 12
	case cycle == "h24" && h == 0:
		h = 24
	}
	return digits(h, d.Hour == "2-digit" || cycle == "h23" || cycle == "h24")
}
