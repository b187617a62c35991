package engine_test

import (
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

// The expectations are Node's.
func TestStringsThatWriteHTML(t *testing.T) {
	for source, want := range map[string]string{
		`["x".big(), "x".blink(), "x".bold(), "x".fixed(), "x".italics()]`:                                                 `["<big>x</big>","<blink>x</blink>","<b>x</b>","<tt>x</tt>","<i>x</i>"]`,
		`["x".small(), "x".strike(), "x".sub(), "x".sup("2")]`:                                                             `["<small>x</small>","<strike>x</strike>","<sub>x</sub>","<sup>x</sup>"]`,
		`["x".anchor('a"b"'), "x".link("https://e.example/?a=1&b=<")]`:                                                     `["<a name=\"a&quot;b&quot;\">x</a>","<a href=\"https://e.example/?a=1&b=<\">x</a>"]`,
		`["x".fontcolor("red"), "<".fontsize(7), "x".link()]`:                                                              `["<font color=\"red\">x</font>","<font size=\"7\"><</font>","<a href=\"undefined\">x</a>"]`,
		`[String.prototype.bold.call(5), "".bold.length, "".link.length, "".sub.name, ".bold(.link(.sub("]`:                `["<b>5</b>",0,1,"sub",".bold(.link(.sub("]`,
		`(() => { try { return String.prototype.bold.call(null) } catch (e) { return [e.name, e.message, ".bold("] } })()`: `["TypeError","String.prototype.bold called on null or undefined",".bold("]`,
		`(() => { try { return String.prototype.bold.call(Symbol()) } catch (e) { return [e.name, ".bold("] } })()`:        `["TypeError",".bold("]`,
		`Object.keys("x".bold("")).length + "" + Object.keys(String.prototype)`:                                            `"8"`,
	} {
		t.Run(source, func(t *testing.T) {
			got, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), invocation(runtime.KindParser, "return "+source))
			check(t, got, err, outcome{value: want})
		})
	}
}
