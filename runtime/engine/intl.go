package engine

import (
	"time"

	"github.com/dop251/goja"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// intl is as much of Intl as toLocaleString can do: DateTimeFormat, NumberFormat and Collator.
func (r *run) intl() goja.Value {
	o := r.vm.NewObject()
	for name, fill := range map[string]func(*goja.Object, goja.Value, goja.Value){
		"DateTimeFormat": r.dateTimeFormat, "NumberFormat": r.numberFormat, "Collator": r.collator,
	} {
		class := r.vm.ToValue(func(call goja.ConstructorCall) *goja.Object {
			made := call.This
			if call.NewTarget == nil { // called without new, which these allow
				made = r.vm.NewObject()
			}
			fill(made, call.Argument(0), call.Argument(1))
			return made
		}).(*goja.Object)
		hide(class, "name", r.vm.ToValue(name))
		_ = o.DefineDataProperty(name, class, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	return o
}

func (r *run) dateTimeFormat(made *goja.Object, locales, options goja.Value) {
	d := r.dateOptions(locales, options, defaults{date: true})
	r.replaceMethod(made, "format", 1, func(call goja.FunctionCall) goja.Value { return r.localDate(r.instant(call.Argument(0)), d) })
	r.replaceMethod(made, "formatToParts", 1, func(call goja.FunctionCall) goja.Value {
		parts, err := d.Parts(r.instant(call.Argument(0)))
		if err != nil {
			r.rangeError(err.Error())
		}
		list := make([]any, len(parts))
		for i, part := range parts {
			o := r.vm.NewObject()
			define(o, "type", r.vm.ToValue(part.Type))
			value := part.Value
			if i+1 < len(parts) && parts[i+1].Type == "dayPeriod" {
				value = "\u202f" // format has a plain space there
			}
			define(o, "value", r.vm.ToValue(value))
			list[i] = o
		}
		return r.vm.NewArray(list...)
	})
	r.resolved(made, d.Locale, map[string]goja.Value{"timeZone": r.vm.ToValue(d.Zone.String())})
}

func (r *run) numberFormat(made *goja.Object, locales, options goja.Value) {
	n := r.numberOptions(locales, options)
	r.replaceMethod(made, "format", 1, func(call goja.FunctionCall) goja.Value { return r.writeNumber(n, call.Argument(0)) })
	r.resolved(made, "en-US", nil)
}

func (r *run) collator(made *goja.Object, locales, options goja.Value) {
	c := r.collation(locales, options)
	r.replaceMethod(made, "compare", 2, func(call goja.FunctionCall) goja.Value {
		return r.vm.ToValue(c.CompareString(call.Argument(0).String(), call.Argument(1).String()))
	})
	r.resolved(made, "en-US", nil)
}

func (r *run) resolved(made *goja.Object, tag string, more map[string]goja.Value) {
	r.replaceMethod(made, "resolvedOptions", 0, func(goja.FunctionCall) goja.Value {
		o := r.vm.NewObject()
		define(o, "locale", r.vm.ToValue(tag))
		for name, v := range more {
			define(o, name, v)
		}
		return o
	})
}

// instant is the time that a format is asked for: a date, milliseconds, or now.
func (r *run) instant(v goja.Value) time.Time {
	if goja.IsUndefined(v) {
		return r.now()
	}
	if o, ok := v.(*goja.Object); ok && o.ClassName() == "Date" {
		if at, valid := o.Export().(time.Time); valid {
			return at
		}
		r.rangeError("Invalid time value")
	}
	ms := v.ToFloat()
	if !(ms >= -8.64e15 && ms <= 8.64e15) {
		r.rangeError("Invalid time value")
	}
	return time.UnixMilli(int64(ms))
}

// replaceCompare gives localeCompare its options.
func (r *run) replaceCompare() {
	if !r.program.mentions.compare {
		return
	}
	var plain *collate.Collator
	r.replaceMethod(r.prototype("String"), "localeCompare", 1, func(call goja.FunctionCall) goja.Value {
		c := plain
		if c == nil || !goja.IsUndefined(call.Argument(1)) || !goja.IsUndefined(call.Argument(2)) {
			c = r.collation(call.Argument(1), call.Argument(2))
		}
		if goja.IsUndefined(call.Argument(1)) && goja.IsUndefined(call.Argument(2)) {
			plain = c
		}
		return r.vm.ToValue(c.CompareString(call.This.String(), call.Argument(0).String()))
	})
}

// collation is the order of texts in a language; options say what does not count.
func (r *run) collation(locales, options goja.Value) *collate.Collator {
	tag := language.AmericanEnglish
	if v := locales; v != nil && !goja.IsUndefined(v) {
		parsed, err := language.Parse(v.String())
		if err != nil {
			r.rangeError("Incorrect locale information provided")
		}
		tag = parsed
	}
	var with []collate.Option
	if v := member(options, "numeric"); v.ToBoolean() {
		with = append(with, collate.Numeric)
	}
	switch r.option(options, "sensitivity", "base", "accent", "case", "variant") {
	case "base":
		with = append(with, collate.Loose)
	case "accent":
		with = append(with, collate.IgnoreCase)
	case "case":
		with = append(with, collate.IgnoreDiacritics)
	}
	return collate.New(tag, with...)
}
