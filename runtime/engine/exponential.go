package engine

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/dop251/goja"
)

// replaceExponential mends toExponential, which loses the sign and digits of negative numbers.
func (r *run) replaceExponential() {
	if !r.program.mentions.exponent {
		return
	}
	r.replaceMethod(r.prototype("Number"), "toExponential", 1, func(call goja.FunctionCall) goja.Value {
		if o, ok := call.This.(*goja.Object); ok && o.ClassName() != "Number" || !ok && !goja.IsNumber(call.This) {
			panic(r.newError("TypeError", "Number.prototype.toExponential requires that 'this' be a Number"))
		}
		x := call.This.ToFloat()
		digits := -1
		if v := call.Argument(0); !goja.IsUndefined(v) {
			f := math.Trunc(v.ToFloat())
			if math.IsNaN(f) {
				f = 0
			}
			if (f < 0 || f > 100) && !math.IsNaN(x) && !math.IsInf(x, 0) {
				r.rangeError("toExponential() argument must be between 0 and 100")
			}
			digits = int(f)
		}
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return r.vm.ToValue(call.This.ToNumber().String())
		}
		return r.vm.ToValue(exponential(x, digits))
	})
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
