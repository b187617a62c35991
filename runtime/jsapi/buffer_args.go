package jsapi

import (
	"fmt"
	"math"

	"github.com/dop251/goja"
)

// maxSafeInteger is Number.MAX_SAFE_INTEGER.
const maxSafeInteger = 1<<53 - 1

// sizeLimits is what Node's error about a Buffer's size says, with the limit that holds here.
var sizeLimits = fmt.Sprintf(">= 0 && <= %d", maxBytes)

// number returns an argument that must be a number.
func (e *Env) number(v goja.Value, name string) float64 {
	if !goja.IsNumber(v) {
		e.throwArgType(name, "of type number", v)
	}
	return v.ToFloat()
}

// byteCount returns an argument that says how many bytes to make.
func (e *Env) byteCount(v goja.Value, name string) int {
	f := e.number(v, name)
	if !(f >= 0 && f <= maxBytes) {
		e.throwOutOfRange(name, sizeLimits, v)
	}
	return int(f)
}

// integer returns an argument that must be an integer between two bounds.
func (e *Env) integer(v goja.Value, name string, low, high int) int {
	f := e.number(v, name)
	if f != math.Trunc(f) || math.IsInf(f, 0) {
		e.throwOutOfRange(name, "an integer", v)
	}
	if f < float64(low) || f > float64(high) {
		e.throwOutOfRange(name, fmt.Sprintf(">= %d && <= %d", low, high), v)
	}
	return int(f)
}

// offset returns an optional argument that must be an integer from 0 to high.
func (e *Env) offset(v goja.Value, name string, absent, high int) int {
	if goja.IsUndefined(v) {
		return absent
	}
	return e.integer(v, name, 0, high)
}

// toUint32 converts as the language does for bit operations: modulo 2³², 0 for what is no number.
func toUint32(v goja.Value) uint32 {
	if v == nil {
		return 0
	}
	return floatToUint32(v.ToFloat())
}

func floatToUint32(f float64) uint32 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	if math.Abs(f) < 1<<62 {
		return uint32(int64(f))
	}
	return uint32(int64(math.Mod(math.Trunc(f), 1<<32)))
}

// clampInteger turns any number into an int between two bounds, NaN into absent.
func clampInteger(f float64, absent, low, high int) int {
	switch {
	case math.IsNaN(f):
		return absent
	case f < float64(low):
		return low
	case f > float64(high):
		return high
	}
	return int(f)
}
