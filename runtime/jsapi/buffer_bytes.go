package jsapi

import (
	"bytes"
	"math"

	"github.com/dop251/goja"
)

// bufferSubarray is slice as well: the result shares the Buffer's memory.
func bufferSubarray(e *Env, c goja.FunctionCall) goja.Value {
	b := e.receiver(c)
	view := c.This.(*goja.Object)
	from := relativeIndex(c.Argument(0), 0, len(b))
	to := relativeIndex(c.Argument(1), len(b), len(b))
	start := view.Get("byteOffset").ToInteger() + int64(from)
	return e.newBufferView(view.Get("buffer"), e.VM.ToValue(start), e.VM.ToValue(max(to-from, 0)))
}

// relativeIndex converts an index that counts from the end when it is negative.
func relativeIndex(v goja.Value, absent, length int) int {
	if goja.IsUndefined(v) {
		return absent
	}
	i := clampInteger(v.ToFloat(), 0, -length, length)
	if i < 0 {
		i += length
	}
	return i
}

func bufferEquals(e *Env, c goja.FunctionCall) goja.Value {
	return e.VM.ToValue(bytes.Equal(e.receiver(c), e.bytesArgument(c.Argument(0), "otherBuffer")))
}

func bufferCompareStatic(e *Env, c goja.FunctionCall) goja.Value {
	return e.VM.ToValue(bytes.Compare(e.bytesArgument(c.Argument(0), "buf1"), e.bytesArgument(c.Argument(1), "buf2")))
}

// bufferCompare is compare(target[, targetStart[, targetEnd[, sourceStart[, sourceEnd]]]]).
func bufferCompare(e *Env, c goja.FunctionCall) goja.Value {
	source, target := e.receiver(c), e.bytesArgument(c.Argument(0), "target")
	targetStart := e.offset(c.Argument(1), "targetStart", 0, maxOffset)
	targetEnd := e.offset(c.Argument(2), "targetEnd", len(target), len(target))
	sourceStart := e.offset(c.Argument(3), "sourceStart", 0, maxOffset)
	sourceEnd := e.offset(c.Argument(4), "sourceEnd", len(source), len(source))
	return e.VM.ToValue(bytes.Compare(cut(source, sourceStart, sourceEnd), cut(target, targetStart, targetEnd)))
}

// cut is b[from:to], empty when from is not before to.
func cut(b []byte, from, to int) []byte {
	if from >= to {
		return nil
	}
	return b[from:to]
}

// bufferCopy is copy(target[, targetStart[, sourceStart[, sourceEnd]]]); the two may overlap.
func bufferCopy(e *Env, c goja.FunctionCall) goja.Value {
	source, target := e.receiver(c), e.bytesArgument(c.Argument(0), "target")
	targetStart := e.copyIndex(c.Argument(1), "targetStart", 0, math.MaxInt)
	sourceStart := e.copyIndex(c.Argument(2), "sourceStart", 0, len(source))
	sourceEnd := e.copyIndex(c.Argument(3), "sourceEnd", len(source), math.MaxInt)
	if targetStart >= len(target) || sourceStart >= sourceEnd {
		return e.VM.ToValue(0)
	}
	return e.VM.ToValue(copy(target[targetStart:], source[sourceStart:min(sourceEnd, len(source))]))
}

// copyIndex converts an index of copy, which takes anything that can be made a number.
func (e *Env) copyIndex(v goja.Value, name string, absent, high int) int {
	if goja.IsUndefined(v) {
		return absent
	}
	f := v.ToFloat()
	if !goja.IsNumber(v) || f != math.Trunc(f) || math.IsInf(f, 0) {
		if f = math.Floor(f); !(math.Abs(f) < 1<<53) {
			f = 0
		}
	}
	if f < 0 || f > float64(high) {
		limits := ">= 0"
		if high != math.MaxInt {
			limits = ">= 0 && <= " + e.VM.ToValue(high).String()
		}
		e.throwOutOfRange(name, limits, e.VM.ToValue(f))
	}
	return clampInteger(f, 0, 0, math.MaxInt32)
}

// bufferFill is fill(value[, offset[, end]][, encoding]).
func bufferFill(e *Env, c goja.FunctionCall) goja.Value {
	b := e.receiver(c)
	value, offset, end, encoding := c.Argument(0), c.Argument(1), c.Argument(2), c.Argument(3)
	if goja.IsString(value) {
		if goja.IsString(offset) || goja.IsUndefined(offset) {
			offset, end, encoding = goja.Undefined(), goja.Undefined(), offset
		} else if goja.IsString(end) {
			end, encoding = goja.Undefined(), end
		}
	}
	e.fill(b, value, offset, end, encoding)
	return c.This
}

func (e *Env) fill(b []byte, value, offset, end, encoding goja.Value) {
	enc := encodingUTF8
	if goja.IsString(value) && !goja.IsUndefined(encoding) && !goja.IsNull(encoding) {
		if !goja.IsString(encoding) {
			e.throwArgType("encoding", "of type string", encoding)
		}
		if encoding.ToBoolean() {
			enc = e.encodingNamed(encoding)
		}
	}
	from, to := 0, len(b)
	if !goja.IsUndefined(offset) {
		from = e.integer(offset, "offset", 0, maxOffset)
		to = e.offset(end, "end", len(b), len(b))
	}
	if from >= to {
		return
	}
	pattern := e.fillPattern(value, enc)
	if len(pattern) == 0 {
		e.throwArgValue("value", "is invalid", value)
	}
	room := b[from:to]
	for n := copy(room, pattern); n < len(room); n *= 2 {
		copy(room[n:], room[:n])
	}
}

// fillPattern returns the bytes that are repeated. An empty text fills with zeros.
func (e *Env) fillPattern(value goja.Value, enc textEncoding) []byte {
	if s, ok := value.(goja.String); ok {
		if s.Length() == 0 {
			return []byte{0}
		}
		return e.encode(enc, s)
	}
	if b, ok := e.uint8Bytes(value); ok {
		return bytes.Clone(b)
	}
	return []byte{byte(toUint32(value))}
}

// bufferSwap turns the bytes of each group of width around, in place.
func (e *Env) bufferSwap(c goja.FunctionCall, width int) goja.Value {
	b := e.receiver(c)
	if len(b)%width != 0 {
		e.throw(errorClassRange, codeBufferSize, "Buffer size must be a multiple of %d-bits", 8*width)
	}
	for ; len(b) > 0; b = b[width:] {
		for i := range width / 2 {
			b[i], b[width-1-i] = b[width-1-i], b[i]
		}
	}
	return c.This
}

// bufferIndexOf is indexOf(value[, byteOffset][, encoding]), or lastIndexOf.
func (e *Env) bufferIndexOf(c goja.FunctionCall, forward bool) int {
	b := e.receiver(c)
	value, byteOffset, encoding := c.Argument(0), c.Argument(1), c.Argument(2)
	if goja.IsString(byteOffset) {
		byteOffset, encoding = goja.Undefined(), byteOffset
	}
	absent := len(b)
	if forward {
		absent = 0
	}
	offset := clampInteger(byteOffset.ToFloat(), absent, math.MinInt32, math.MaxInt32)
	if goja.IsNumber(value) {
		return searchBytes(b, []byte{byte(toUint32(value))}, offset, forward, 1)
	}
	enc, known := encodingUTF8, true
	if !goja.IsUndefined(encoding) {
		enc, known = parseEncoding(encoding.String())
	}
	var needle []byte
	if s, ok := value.(goja.String); ok {
		if !known {
			e.throw(errorClassType, codeUnknownEncoding, "Unknown encoding: %s", encoding.String())
		}
		needle = e.encode(enc, s)
	} else if needle, ok = e.uint8Bytes(value); !ok {
		e.throwArgType("value", "one of type number or string or an instance of Buffer or Uint8Array", value)
	}
	width := 1
	if known && enc == encodingUTF16LE {
		width = 2
	}
	return searchBytes(b, needle, offset, forward, width)
}

// searchBytes returns where needle is in b, at or after offset, or for a backward search at or before it;
// -1 when it is nowhere. A negative offset counts from the end. With width 2 only even places count.
func searchBytes(b, needle []byte, offset int, forward bool, width int) int {
	if offset < 0 {
		if offset += len(b); offset < 0 {
			if !forward && len(needle) > 0 {
				return -1
			}
			offset = 0
		}
	} else if offset+len(needle) > len(b) {
		if len(needle) == 0 {
			return len(b)
		}
		if forward {
			return -1
		}
		offset = len(b) - 1
	}
	switch {
	case len(needle) == 0:
		return offset
	case len(needle) > len(b) || width > 1 && (len(b) < width || len(needle) < width):
		return -1
	}
	if forward {
		if offset+len(needle) > len(b) {
			return -1
		}
		return searchForward(b, needle[:len(needle)-len(needle)%width], offset-offset%width, width)
	}
	return searchBackward(b, needle[:len(needle)-len(needle)%width], offset-offset%width, width)
}

func searchForward(b, needle []byte, from, width int) int {
	for from <= len(b) {
		i := bytes.Index(b[from:], needle)
		if i < 0 {
			return -1
		}
		if (from+i)%width == 0 {
			return from + i
		}
		from += i + 1
	}
	return -1
}

func searchBackward(b, needle []byte, last, width int) int {
	end := min(last+len(needle), len(b))
	for end >= len(needle) {
		i := bytes.LastIndex(b[:end], needle)
		if i < 0 || i%width == 0 {
			return i
		}
		end = i + len(needle) - 1
	}
	return -1
}
