package engine

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/dop251/goja"
)

// replaceExponential mends toExponential and toPrecision, which lose the sign and digits of some negative
// numbers.
func (r *run) replaceExponential() {
	if r.program.mentions.exponent {
		r.replaceMethod(r.prototype("Number"), "toExponential", 1, func(call goja.FunctionCall) goja.Value {
			return r.formatted(call, "toExponential", 0, exponential)
		})
	}
	if r.program.mentions.precision {
		r.replaceMethod(r.prototype("Number"), "toPrecision", 1, func(call goja.FunctionCall) goja.Value {
			return r.formatted(call, "toPrecision", 1, precision)
		})
	}
}

// formatted writes the number that a method was called on; its argument, from least to 100, may be missing.
func (r *run) formatted(call goja.FunctionCall, method string, least float64, write func(float64, int) string) goja.Value {
	if o, ok := call.This.(*goja.Object); ok && o.ClassName() != "Number" || !ok && !goja.IsNumber(call.This) {
		panic(r.newError("TypeError", "Number.prototype."+method+" requires that 'this' be a Number"))
	}
	x := call.This.ToFloat()
	digits := -1
	if v := call.Argument(0); !goja.IsUndefined(v) {
		f := math.Trunc(v.ToFloat())
		if math.IsNaN(f) {
			f = 0
		}
		if (f < least || f > 100) && !math.IsNaN(x) && !math.IsInf(x, 0) {
			r.rangeError(fmt.Sprintf("%s() argument must be between %v and 100", method, least))
		}
		digits = int(f)
	}
	if math.IsNaN(x) || math.IsInf(x, 0) || method == "toPrecision" && digits < 0 {
		return r.vm.ToValue(call.This.ToNumber().String())
	}
	return r.vm.ToValue(write(x, digits))
}

// precision writes x with so many digits.
func precision(x float64, digits int) string {
	text := exponential(x, digits-1)
	mantissa, exponent, _ := strings.Cut(text, "e")
	e, _ := strconv.Atoi(exponent)
	if e < -6 || e >= digits {
		return text
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	figures := strings.Replace(mantissa, ".", "", 1)
	switch {
	case e < 0:
		figures = "0." + strings.Repeat("0", -e-1) + figures
	case e+1 < len(figures):
		figures = figures[:e+1] + "." + figures[e+1:]
	}
	if negative {
		return "-" + figures
	}
	return figures
}

// exponential writes x with as many digits behind the point, or as few as tell it from others. What lies in
// the middle goes up, as in V8.
func exponential(x float64, digits int) string {
	text := strconv.FormatFloat(math.Abs(x), 'e', digits, 64)
	if digits >= 0 && x != 0 {
		exact := new(big.Float).SetFloat64(math.Abs(x)).Text('e', 800)
		mantissa, _, _ := strings.Cut(exact, "e")
		rest := strings.TrimRight(mantissa[2+digits:], "0")
		if rest == "5" && digits < 800 { // exactly in the middle: the nearest number away from zero decides
			text = strconv.FormatFloat(math.Nextafter(math.Abs(x), math.Inf(1)), 'e', digits, 64)
		}
	}
	mantissa, exponent, _ := strings.Cut(text, "e")
	e, _ := strconv.Atoi(exponent)
	sign, mark := "", "+"
	if x < 0 {
		sign = "-"
	}
	if e < 0 {
		mark, e = "-", -e
	}
	return sign + mantissa + "e" + mark + strconv.Itoa(e)
}
