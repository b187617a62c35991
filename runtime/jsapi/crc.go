package jsapi

import "github.com/dop251/goja"

func crcGlobals() []Global {
	return []Global{
		checksumGlobal("crcSum", "Sum of the first `len` bytes plus `init`, modulo 65536.",
			"function crcSum(buf: ArrayLike<number>, len?: number, init?: number): number;", 3, byteSum),
		checksumGlobal("crc16Modbus", "CRC-16/MODBUS of the first `len` bytes: reflected polynomial 0xA001, initial value 0xFFFF.",
			"function crc16Modbus(buf: ArrayLike<number>, len?: number): number;", 2, func(b []byte, _ uint32) uint16 { return crc16Modbus(b) }),
		checksumGlobal("crc16CCIT", "CRC-16/XMODEM of the first `len` bytes: polynomial 0x1021, most significant bit first, initial value 0.",
			"function crc16CCIT(buf: ArrayLike<number>, len?: number): number;", 2, func(b []byte, _ uint32) uint16 { return crc16CCIT(b) }),
	}
}

// checksumGlobal makes a global (buf, len, init) → number. A len that is left out or is more than buf has
// means all of buf.
func checksumGlobal(name, doc, types string, length int, sum func(b []byte, init uint32) uint16) Global {
	call := func(e *Env, c goja.FunctionCall) goja.Value {
		b := e.octets(c.Argument(0))
		if n := c.Argument(1); !goja.IsUndefined(n) && !goja.IsNull(n) {
			b = b[:clampInteger(n.ToFloat(), 0, 0, len(b))]
		}
		return e.VM.ToValue(sum(b, toUint32(c.Argument(2))))
	}
	return Global{Name: name, Doc: doc, TypeScript: types, New: func(e *Env) goja.Value {
		return e.newFunction(method{name, length, call})
	}}
}

// octets returns the bytes of a Buffer, a typed array or an array of numbers.
func (e *Env) octets(v goja.Value) []byte {
	if b, ok := e.uint8Bytes(v); ok {
		return b
	}
	object, ok := v.(*goja.Object)
	if ok {
		if buffer := e.bufferFromObject(object); buffer != nil {
			return e.memory(buffer)
		}
	}
	e.throwArgType("buf", "an instance of Buffer, Uint8Array, or Array", v)
	return nil
}

func byteSum(b []byte, init uint32) uint16 {
	sum := init
	for _, c := range b {
		sum += uint32(c)
	}
	return uint16(sum)
}

func crc16Modbus(b []byte) uint16 {
	crc := uint16(0xFFFF)
	for _, c := range b {
		crc ^= uint16(c)
		for range 8 {
			if crc&1 != 0 {
				crc = crc>>1 ^ 0xA001
			} else {
				crc >>= 1
			}
		}
	}
	return crc
}

func crc16CCIT(b []byte) uint16 {
	var crc uint16
	for _, c := range b {
		crc ^= uint16(c) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}
