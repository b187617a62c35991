package engine

import (
	"strings"
	"sync"

	"github.com/dop251/goja"
)

// addition is a method and the program that defines it.
type addition struct {
	name    string
	program func() *goja.Program
}

// missing are methods of Node 20 that the interpreter lacks, in JavaScript. Each comes in when a script's text
// has its name.
var missing = append(htmlMethods(), []addition{
	lack("captureStackTrace", `Object.defineProperty(Error, "captureStackTrace", { value: function captureStackTrace(target) {
		const { stack } = new Error();
		Object.defineProperty(target, "stack", { value: String(target) + stack.slice(stack.indexOf("\n")), writable: true, configurable: true });
	}, writable: true, configurable: true })`),
	lack("isWellFormed", `Object.defineProperty(String.prototype, "isWellFormed", { value: function isWellFormed() {
		return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(String(this));
	}, writable: true, configurable: true })`),
	lack("toWellFormed", `Object.defineProperty(String.prototype, "toWellFormed", { value: function toWellFormed() {
		return String(this).replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
	}, writable: true, configurable: true })`),
	lack("getYear", `Object.defineProperty(Date.prototype, "getYear", { value: function getYear() { return this.getFullYear() - 1900 }, writable: true, configurable: true })`),
	lack("toGMTString", `Object.defineProperty(Date.prototype, "toGMTString", { value: Date.prototype.toUTCString, writable: true, configurable: true })`),
	lack("__defineGetter__", accessorMethod("__defineGetter__", `name, get`, `Object.defineProperty(this, name, { get, enumerable: true, configurable: true })`)),
	lack("__defineSetter__", accessorMethod("__defineSetter__", `name, set`, `Object.defineProperty(this, name, { set, enumerable: true, configurable: true })`)),
	lack("__lookupGetter__", accessorMethod("__lookupGetter__", `name`, lookup+`if (found) return found.get`)),
	lack("__lookupSetter__", accessorMethod("__lookupSetter__", `name`, lookup+`if (found) return found.set`)),
	lack("setYear", `Object.defineProperty(Date.prototype, "setYear", { value: function setYear(year) {
		year = Number(year);
		const whole = Math.trunc(year);
		return this.setFullYear(whole >= 0 && whole <= 99 ? whole + 1900 : year);
	}, writable: true, configurable: true })`),
}...)

const lookup = `let found; for (let o = this; o && !found; o = Object.getPrototypeOf(o)) found = Object.getOwnPropertyDescriptor(o, name);`

func accessorMethod(name, parameters, body string) string {
	return `Object.defineProperty(Object.prototype, "` + name + `", { value: function (` + parameters + `) { ` + body + ` }, writable: true, configurable: true })`
}

func lack(name, source string) addition {
	return addition{name, sync.OnceValue(func() *goja.Program { return goja.MustCompile("", source, true) })}
}

// missingIn are the indices of what a script's text names of missing.
func missingIn(text string) (named []int) {
	for i, m := range missing {
		if strings.Contains(text, m.name) {
			named = append(named, i)
		}
	}
	return named
}

// addMissing puts in place what the script names. These programs are ours and throw nothing.
func (r *run) addMissing() {
	for _, i := range r.program.mentions.missing {
		_, _ = r.vm.RunProgram(missing[i].program())
	}
}
