package locale

import (
	"testing"
	"time"
)

func TestNumbers(t *testing.T) {
	two, five := 2, 5
	for want, c := range map[string]struct {
		n Number
		x float64
	}{
		"1,234,567.891": {Number{Grouping: true}, 1234567.8911},
		"1.01":          {Number{MaxFraction: &two}, 1.005},
		"-€0.50":        {Number{Style: "currency", Currency: "EUR"}, -0.5},
		"SEK\u00a07.00": {Number{Style: "currency", Currency: "SEK"}, 7},
		"1.2000":        {Number{MinSignificant: &five}, 1.2},
		"25.6%":         {Number{Style: "percent", MaxFraction: &two}, 0.256},
		"+∞":            {Number{Always: true}, posInf()},
	} {
		if got, err := c.n.Format(c.x); got != want || err != nil {
			t.Errorf("%v is %q %v, want %q", c.x, got, err, want)
		}
	}
	if _, err := (Number{MinFraction: &five, MaxFraction: &two}).Format(1); err == nil {
		t.Error("more digits at least than at most")
	}
}

func posInf() float64 { zero := 0.0; return 1 / zero }

func TestDates(t *testing.T) {
	at := time.Date(2024, 1, 2, 0, 4, 5, 678e6, time.UTC)
	no := false
	for want, d := range map[string]Date{
		"Tuesday, January 2, 2024 at 12:04:05 AM UTC": {DateStyle: "full", TimeStyle: "long"},
		"Jan 2":       {Month: "short", Day: "numeric"},
		"24:04":       {Hour: "2-digit", Minute: "2-digit", Hour12: &no},
		"2024-01-02":  {Locale: "sv-SE", Year: "numeric", Month: "numeric", Day: "numeric"},
		"5.67":        {Second: "2-digit", FractionalSecondDigits: 2, Minute: ""},
		"1/2/24, GMT": {DateStyle: "short", TimeZoneName: "short", Zone: zoneOf(t, "Europe/London")},
		"5:34 AM":     {Hour: "numeric", Minute: "2-digit", Zone: zoneOf(t, "Asia/Kolkata")},
		"1/1/2024":    {Year: "numeric", Month: "numeric", Day: "numeric", Zone: zoneOf(t, "America/New_York")},
	} {
		if d.Locale == "" {
			d.Locale = "en-US"
		}
		if d.Zone == nil {
			d.Zone = time.UTC
		}
		if got, err := d.Format(at); got != want || err != nil {
			t.Errorf("%+v is %q %v, want %q", d, got, err, want)
		}
	}
	if _, err := (Date{Locale: "sv-SE", Zone: time.UTC, Month: "long"}).Format(at); err == nil {
		t.Error("Swedish words")
	}
	if _, err := Zone("Mars/Olympus"); err == nil {
		t.Error("a zone on Mars")
	}
}

func zoneOf(t *testing.T, name string) *time.Location {
	zone, err := Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
