package jsapi

import (
	"fmt"
	"math"
	"math/big"

	"github.com/dop251/goja"
)

// byteOrder is the order in which a number's bytes lie in memory.
type byteOrder bool

const (
	bigEndian    byteOrder = false
	littleEndian byteOrder = true
)

func (o byteOrder) suffix() string {
	if o == littleEndian {
		return "LE"
	}
	return "BE"
}

// load reads up to eight bytes as an unsigned number.
func (o byteOrder) load(b []byte) uint64 {
	var v uint64
	for i := range b {
		if o == littleEndian {
			v |= uint64(b[i]) << (8 * i)
		} else {
			v = v<<8 | uint64(b[i])
		}
	}
	return v
}

// store writes the low bytes of v into all of b.
func (o byteOrder) store(b []byte, v uint64) {
	for i := range b {
		if o == littleEndian {
			b[i] = byte(v >> (8 * i))
		} else {
			b[len(b)-1-i] = byte(v >> (8 * i))
		}
	}
}

// numberMethods are the typed reads and writes, with both spellings of unsigned.
func numberMethods() []method {
	var methods []method
	for _, signed := range []bool{false, true} {
		spellings := []string{"UInt", "Uint"}
		if signed {
			spellings = []string{"Int"}
		}
		for _, name := range spellings {
			methods = append(methods, integerMethods(name+"8", bigEndian, 1, signed)...)
			for _, order := range []byteOrder{littleEndian, bigEndian} {
				methods = append(methods, integerMethods(name+"16"+order.suffix(), order, 2, signed)...)
				methods = append(methods, integerMethods(name+"32"+order.suffix(), order, 4, signed)...)
				methods = append(methods, anyWidthMethods(name+order.suffix(), order, signed)...)
				methods = append(methods, bigIntMethods("Big"+name+"64"+order.suffix(), order, signed)...)
			}
		}
	}
	for _, order := range []byteOrder{littleEndian, bigEndian} {
		methods = append(methods, floatMethods("Float"+order.suffix(), order, 4)...)
		methods = append(methods, floatMethods("Double"+order.suffix(), order, 8)...)
	}
	return methods
}

func integerMethods(name string, order byteOrder, width int, signed bool) []method {
	return []method{
		{"read" + name, 0, func(e *Env, c goja.FunctionCall) goja.Value {
			b := e.receiver(c)
			return e.VM.ToValue(order.loadInteger(e.span(b, e.optionalOffset(c.Argument(0)), width), signed))
		}},
		{"write" + name, 1, func(e *Env, c goja.FunctionCall) goja.Value {
			return e.writeInteger(e.receiver(c), c.Argument(0), e.optionalOffset(c.Argument(1)), order, width, signed)
		}},
	}
}

// anyWidthMethods are readIntBE(offset, byteLength) and its kin, for one to six bytes.
func anyWidthMethods(name string, order byteOrder, signed bool) []method {
	return []method{
		{"read" + name, 2, func(e *Env, c goja.FunctionCall) goja.Value {
			b := e.receiver(c)
			if goja.IsUndefined(c.Argument(0)) {
				e.throwArgType("offset", "of type number", c.Argument(0))
			}
			width := e.integerWidth(c.Argument(1))
			return e.VM.ToValue(order.loadInteger(e.span(b, c.Argument(0), width), signed))
		}},
		{"write" + name, 3, func(e *Env, c goja.FunctionCall) goja.Value {
			b := e.receiver(c)
			width := e.integerWidth(c.Argument(2))
			return e.writeInteger(b, c.Argument(0), c.Argument(1), order, width, signed)
		}},
	}
}

func bigIntMethods(name string, order byteOrder, signed bool) []method {
	return []method{
		{"read" + name, 0, func(e *Env, c goja.FunctionCall) goja.Value {
			v := order.load(e.span(e.receiver(c), e.optionalOffset(c.Argument(0)), 8))
			if signed {
				return e.VM.ToValue(big.NewInt(int64(v)))
			}
			return e.VM.ToValue(new(big.Int).SetUint64(v))
		}},
		{"write" + name, 1, func(e *Env, c goja.FunctionCall) goja.Value {
			return e.writeBigInt(e.receiver(c), c.Argument(0), e.optionalOffset(c.Argument(1)), order, signed)
		}},
	}
}

func floatMethods(name string, order byteOrder, width int) []method {
	return []method{
		{"read" + name, 0, func(e *Env, c goja.FunctionCall) goja.Value {
			bits := order.load(e.span(e.receiver(c), e.optionalOffset(c.Argument(0)), width))
			if width == 4 {
				return e.VM.ToValue(float64(math.Float32frombits(uint32(bits))))
			}
			return e.VM.ToValue(math.Float64frombits(bits))
		}},
		{"write" + name, 1, func(e *Env, c goja.FunctionCall) goja.Value {
			b, f := e.receiver(c), c.Argument(0).ToNumber().ToFloat()
			offset := e.optionalOffset(c.Argument(1))
			order.store(e.span(b, offset, width), floatBits(f, width))
			return e.VM.ToValue(int(offset.ToFloat()) + width)
		}},
	}
}

// floatBits writes NaN as JavaScript engines do, whose bits differ from Go's.
func floatBits(f float64, width int) uint64 {
	switch {
	case width == 4 && math.IsNaN(f):
		return 0x7FC00000
	case width == 4:
		return uint64(math.Float32bits(float32(f)))
	case math.IsNaN(f):
		return 0x7FF8000000000000
	}
	return math.Float64bits(f)
}

func (o byteOrder) loadInteger(b []byte, signed bool) int64 {
	v := int64(o.load(b))
	if unused := 64 - 8*len(b); signed {
		v = v << unused >> unused
	}
	return v
}

// optionalOffset gives an offset that was left out its default.
func (e *Env) optionalOffset(v goja.Value) goja.Value {
	if goja.IsUndefined(v) {
		return e.VM.ToValue(0)
	}
	return v
}

// integerWidth checks the byteLength of the functions that take one.
func (e *Env) integerWidth(v goja.Value) int {
	f := e.number(v, "byteLength")
	if f != math.Floor(f) {
		e.throwOutOfRange("byteLength", "an integer", v)
	}
	if f < 1 || f > 6 {
		e.throwOutOfRange("byteLength", ">= 1 and <= 6", v)
	}
	return int(f)
}

// span returns the width bytes at an offset, or throws Node's errors about it.
func (e *Env) span(b []byte, offset goja.Value, width int) []byte {
	f := e.number(offset, "offset")
	if f == math.Trunc(f) && f >= 0 && f <= float64(len(b)-width) {
		return b[int(f) : int(f)+width]
	}
	if f != math.Floor(f) {
		e.throwOutOfRange("offset", "an integer", offset)
	}
	if len(b) < width {
		e.throw(errorClassRange, codeBufferBounds, "Attempt to access memory outside buffer bounds")
	}
	e.throwOutOfRange("offset", fmt.Sprintf(">= 0 and <= %d", len(b)-width), offset)
	return nil
}

func (e *Env) writeInteger(b []byte, value, offset goja.Value, order byteOrder, width int, signed bool) goja.Value {
	number := value.ToNumber()
	f := number.ToFloat()
	if width == 1 {
		e.number(offset, "offset")
	}
	low, high := 0.0, math.Ldexp(1, 8*width)-1
	if signed {
		low, high = -math.Ldexp(1, 8*width-1), math.Ldexp(1, 8*width-1)-1
	}
	if f < low || f > high {
		e.throwOutOfRange("value", integerLimits(width, signed, ""), number)
	}
	order.store(e.span(b, offset, width), integerBits(f, width))
	return e.VM.ToValue(int(offset.ToFloat()) + width)
}

// integerBits truncates as Node does. Beyond four bytes it takes the high part on its own and rounds it
// down, which shows for negative fractions.
func integerBits(f float64, width int) uint64 {
	if width <= 4 || math.IsNaN(f) {
		return uint64(floatToUint32(f))
	}
	high := int64(math.Floor(math.Ldexp(f, -32)))
	return uint64(high)<<32 | uint64(floatToUint32(f))
}

// integerLimits is the range in the words of Node's errors; suffix is "n" for a BigInt.
func integerLimits(width int, signed bool, suffix string) string {
	bits := 8 * width
	switch {
	case width > 4 && signed:
		return fmt.Sprintf(">= -(2%[2]s ** %[1]d%[2]s) and < 2%[2]s ** %[1]d%[2]s", bits-1, suffix)
	case width > 4:
		return fmt.Sprintf(">= 0%[2]s and < 2%[2]s ** %[1]d%[2]s", bits, suffix)
	case signed:
		return fmt.Sprintf(">= %d and <= %d", -(1 << (bits - 1)), 1<<(bits-1)-1)
	}
	return fmt.Sprintf(">= 0 and <= %d", 1<<bits-1)
}

func (e *Env) writeBigInt(b []byte, value, offset goja.Value, order byteOrder, signed bool) goja.Value {
	if !goja.IsBigInt(value) {
		e.span(b, offset, 8)
		e.throw(errorClassType, "", "Cannot mix BigInt and other types, use explicit conversions")
	}
	v := value.Export().(*big.Int)
	fits := v.IsUint64()
	if signed {
		fits = v.IsInt64()
	}
	if !fits {
		e.throwOutOfRange("value", integerLimits(8, signed, "n"), value)
	}
	bits := v.Uint64()
	if signed {
		bits = uint64(v.Int64())
	}
	order.store(e.span(b, offset, 8), bits)
	return e.VM.ToValue(int(offset.ToFloat()) + 8)
}
