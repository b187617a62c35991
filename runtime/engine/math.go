package engine

import (
	"slices"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime/fdlibm"
)

// The functions of Math that differ from V8's in the last place when Go computes them.
var (
	mathOfOne = map[string]func(float64) float64{
		"exp": fdlibm.Exp, "sinh": fdlibm.Sinh, "cosh": fdlibm.Cosh, "tanh": fdlibm.Tanh,
		"log": fdlibm.Log, "log2": fdlibm.Log2, "log10": fdlibm.Log10, "asinh": fdlibm.Asinh, "acosh": fdlibm.Acosh, "cbrt": fdlibm.Cbrt,
		"sin": fdlibm.Sin, "cos": fdlibm.Cos, "tan": fdlibm.Tan, "asin": fdlibm.Asin, "acos": fdlibm.Acos, "atan": fdlibm.Atan,
	}
	mathOfTwo = map[string]func(float64, float64) float64{"pow": fdlibm.Pow, "atan2": fdlibm.Atan2}
)

// replaceMath puts in place the functions of Math that the script can reach.
func (r *run) replaceMath() {
	f := &r.program.parsed.facts
	all := f.wholeMath || f.reflective
	if !all && !slices.ContainsFunc(f.mathKeys, replacesMath) {
		return
	}
	object, ok := r.vm.Get("Math").(*goja.Object)
	if !ok {
		return
	}
	for name, compute := range mathOfOne {
		if all || slices.Contains(f.mathKeys, name) {
			r.replaceMethod(object, name, 1, func(call goja.FunctionCall) goja.Value {
				return r.vm.ToValue(compute(call.Argument(0).ToFloat()))
			})
		}
	}
	for name, compute := range mathOfTwo {
		if all || slices.Contains(f.mathKeys, name) {
			r.replaceMethod(object, name, 2, func(call goja.FunctionCall) goja.Value {
				x := call.Argument(0).ToFloat()
				return r.vm.ToValue(compute(x, call.Argument(1).ToFloat()))
			})
		}
	}
}

// replacesMath reports whether a function of Math is one of ours.
func replacesMath(name string) bool { return mathOfOne[name] != nil || mathOfTwo[name] != nil }

// replaceMethod puts a function of ours where a built-in one is.
func (r *run) replaceMethod(o *goja.Object, name string, length int, call func(goja.FunctionCall) goja.Value) {
	f := r.vm.ToValue(call).(*goja.Object)
	hide(f, "name", r.vm.ToValue(name))
	hide(f, "length", r.vm.ToValue(length))
	_ = o.DefineDataProperty(name, f, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}
