package engine

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime/locale"
)

// replaceLocale makes toLocaleString and its siblings write as Node's do.
func (r *run) replaceLocale() {
	if !r.program.mentions.locale {
		return
	}
	number := func(call goja.FunctionCall) goja.Value {
		return r.localNumber(call.This, call.Argument(0), call.Argument(1))
	}
	r.replaceMethod(r.prototype("Number"), "toLocaleString", 0, number)
	r.replaceMethod(r.prototype("BigInt"), "toLocaleString", 0, number)
	for name, fields := range map[string]defaults{
		"toLocaleString": {date: true, time: true}, "toLocaleDateString": {date: true, needsDate: true}, "toLocaleTimeString": {time: true, needsTime: true},
	} {
		r.replaceMethod(r.prototype("Date"), name, 0, func(call goja.FunctionCall) goja.Value {
			at, valid := r.timeOf(call.This, name)
			if !valid {
				return r.vm.ToValue("Invalid Date")
			}
			return r.localDate(at, r.dateOptions(call.Argument(0), call.Argument(1), fields))
		})
	}
}

// prototype is the prototype of a built-in class.
func (r *run) prototype(class string) *goja.Object {
	constructor, _ := r.vm.Get(class).(*goja.Object)
	return constructor.Get("prototype").(*goja.Object)
}

func (r *run) timeOf(v goja.Value, method string) (at time.Time, valid bool) {
	o, ok := v.(*goja.Object)
	if !ok || o.ClassName() != "Date" {
		panic(r.newError("TypeError", "Method Date.prototype."+method+" is called on incompatible receiver"))
	}
	at, valid = o.Export().(time.Time)
	return at, valid
}

func (r *run) rangeError(message string) { panic(r.newError("RangeError", message)) }

// localeOf is the locale that serves for a locales argument.
func (r *run) localeOf(v goja.Value) string {
	tag := ""
	if list, ok := v.(*goja.Object); ok && list.ClassName() == "Array" {
		v = list.Get("0")
	}
	if v != nil && !goja.IsUndefined(v) {
		tag = v.String()
	}
	if strings.ContainsAny(tag, " _!") {
		r.rangeError("Incorrect locale information provided")
	}
	known := locale.Known(tag)
	if known == "" {
		r.rangeError("the locale " + tag + " is not available: en-US is, and figures in en-GB, zh-CN, sv-SE and de-DE")
	}
	return known
}

// option is one of an options argument as text, "" when it is not given. What is not among the allowed
// values is refused.
func (r *run) option(options goja.Value, name string, allowed ...string) string {
	v := member(options, name)
	if goja.IsUndefined(v) {
		return ""
	}
	text := v.String()
	if len(allowed) > 0 && !slices.Contains(allowed, text) {
		r.rangeError("Value " + text + " out of range for Intl options property " + name)
	}
	return text
}

func (r *run) digits(options goja.Value, name string, low, high float64) *int {
	v := member(options, name)
	if goja.IsUndefined(v) {
		return nil
	}
	f := v.ToFloat()
	if !(f >= low && f <= high) {
		r.rangeError(name + " value is out of range.")
	}
	n := int(math.Floor(f))
	return &n
}

// notHere refuses options that would change the answer.
func (r *run) notHere(options goja.Value, names ...string) {
	for _, name := range names {
		if v := member(options, name); !goja.IsUndefined(v) {
			r.rangeError("the option " + name + ": " + v.String() + " is not available")
		}
	}
}

func (r *run) numberOptions(locales, options goja.Value) locale.Number {
	if known := r.localeOf(locales); known == "de-DE" || known == "sv-SE" {
		r.rangeError("numbers are not written in " + known)
	}
	r.notHere(options, "unit", "compactDisplay", "roundingMode", "roundingIncrement", "currencySign")
	if r.option(options, "notation", "standard", "compact", "scientific", "engineering") > "standard" || member(options, "notation").String() == "compact" {
		r.notHere(options, "notation")
	}
	n := locale.Number{
		Style:          r.option(options, "style", "decimal", "percent", "currency"),
		Currency:       strings.ToUpper(r.option(options, "currency")),
		Code:           r.option(options, "currencyDisplay", "symbol", "narrowSymbol", "code") == "code",
		Grouping:       !slices.Contains([]string{"false", "never"}, r.option(options, "useGrouping")),
		Always:         r.option(options, "signDisplay", "auto", "always") == "always",
		MinFraction:    r.digits(options, "minimumFractionDigits", 0, 100),
		MaxFraction:    r.digits(options, "maximumFractionDigits", 0, 100),
		MinSignificant: r.digits(options, "minimumSignificantDigits", 1, 21),
		MaxSignificant: r.digits(options, "maximumSignificantDigits", 1, 21),
	}
	if least := r.digits(options, "minimumIntegerDigits", 1, 21); least != nil {
		n.MinInteger = *least
	}
	if n.Style == "currency" && n.Currency == "" {
		panic(r.newError("TypeError", "Currency code is required with currency style."))
	}
	return n
}

func (r *run) localNumber(v, locales, options goja.Value) goja.Value {
	return r.writeNumber(r.numberOptions(locales, options), v)
}

func (r *run) writeNumber(n locale.Number, v goja.Value) goja.Value {
	var text string
	var err error
	if goja.IsBigInt(v) {
		text, err = n.FormatInteger(v.String())
	} else {
		text, err = n.Format(v.ToFloat())
	}
	if err != nil {
		r.rangeError(err.Error())
	}
	return r.vm.ToValue(text)
}

// defaults say which fields a date is written with when the options name none.
type defaults struct{ date, time, needsDate, needsTime bool }

func (r *run) dateOptions(locales, options goja.Value, fill defaults) locale.Date {
	r.notHere(options, "era", "dayPeriod", "calendar", "numberingSystem")
	two := []string{"numeric", "2-digit"}
	d := locale.Date{
		Locale: r.localeOf(locales), Zone: time.UTC,
		Weekday: r.option(options, "weekday", "long", "short", "narrow"),
		Year:    r.option(options, "year", two...), Month: r.option(options, "month", "numeric", "2-digit", "long", "short", "narrow"), Day: r.option(options, "day", two...),
		Hour: r.option(options, "hour", two...), Minute: r.option(options, "minute", two...), Second: r.option(options, "second", two...),
		TimeZoneName: r.option(options, "timeZoneName"), HourCycle: r.option(options, "hourCycle", "h11", "h12", "h23", "h24"),
		DateStyle: r.option(options, "dateStyle", "full", "long", "medium", "short"), TimeStyle: r.option(options, "timeStyle", "full", "long", "medium", "short"),
	}
	if v := member(options, "hour12"); !goja.IsUndefined(v) {
		twelve := v.ToBoolean()
		d.Hour12 = &twelve
	}
	if n := r.digits(options, "fractionalSecondDigits", 1, 3); n != nil {
		d.FractionalSecondDigits = *n
	}
	if v := member(options, "timeZone"); !goja.IsUndefined(v) {
		zone, err := locale.Zone(v.String())
		if err != nil {
			r.rangeError(err.Error())
		}
		d.Zone = zone
	}
	fillFields(&d, fill)
	return d
}

func fillFields(d *locale.Date, fill defaults) {
	hasDate := d.Weekday+d.Year+d.Month+d.Day != ""
	hasTime := d.Hour+d.Minute+d.Second != "" || d.FractionalSecondDigits > 0
	if d.DateStyle+d.TimeStyle != "" || !fill.needsTime && hasDate || !fill.needsDate && hasTime {
		return
	}
	if fill.date {
		d.Year, d.Month, d.Day = "numeric", "numeric", "numeric"
	}
	if fill.time {
		d.Hour, d.Minute, d.Second = "numeric", "numeric", "numeric"
	}
}

func (r *run) localDate(at time.Time, d locale.Date) goja.Value {
	text, err := d.Format(at)
	if err != nil {
		r.rangeError(err.Error())
	}
	return r.vm.ToValue(text)
}
