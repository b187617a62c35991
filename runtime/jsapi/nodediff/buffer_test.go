package nodediff

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// The test makes its calls from a seed, so that a failure comes again.
const (
	bufferSeed  = 20
	bufferCalls = 1500
)

// calls makes expressions over Buffers.
type calls struct{ *rand.Rand }

func (c calls) pick(list ...string) string { return list[c.IntN(len(list))] }

func (c calls) word(words string) string { return c.pick(strings.Fields(words)...) }

func (c calls) encoding() string {
	return `"` + c.word("utf8 utf-8 UTF8 hex base64 base64url latin1 binary ascii utf16le ucs2 ucs-2 utf-16le HEX Base64 nope") + `"`
}

func (c calls) text() string {
	return c.pick(`"hello, world"`, `"héllo wörld €"`, `"日本語 テスト"`, `"😀 smile"`, `"\ud83d half"`, `""`, `"00ff10a0"`, `"0aF"`, `"0a zz 12"`,
		`"aGVsbG8gd29ybGQ="`, `"aGVsbG8_d29-bGQ"`, `"a\u0000b"`, `"ÿþ\u0100"`, `"AQ I D\nBA=="`, `"=AAA"`, `"x".repeat(40)`)
}

func (c calls) offset() string {
	return c.pick("0", "1", "2", "3", "5", "7", "8", "-1", "-3", "12", "20", "100", "1.5", `"2"`, "NaN", "undefined", "null", "Infinity", "-0", "2n", "{}", "4294967296", "true")
}

func (c calls) small() string { return c.pick("0", "1", "2", "3", "4", "6", "7", "8") }

func (c calls) number() string {
	return c.pick("0", "1", "-1", "127", "128", "-128", "-129", "255", "256", "-256", "32767", "32768", "65535", "65536", "-32768", "-32769", "2147483647",
		"2147483648", "-2147483648", "-2147483649", "4294967295", "4294967296", "140737488355327", "281474976710655", "281474976710656", "1.5", "-1.5", "NaN",
		"Infinity", `"12"`, `"x"`, "undefined", "null", "true", "3.4e38", "1e39", "1e308", "5e-324", "0.1", "[5]", "{}", "12n")
}

func (c calls) big() string {
	return c.pick("0n", "1n", "-1n", "0x7fffffffffffffffn", "0x8000000000000000n", "-0x8000000000000000n", "-0x8000000000000001n", "0xffffffffffffffffn", "0x10000000000000000n", "5", "undefined")
}

func (c calls) bytes() string {
	return c.pick("Buffer.from([0,1,2,3,4,5,6,7,8,9,10,11])", "Buffer.from([255,254,253,128,127,0,1,200])", `Buffer.from("hello world, hello")`, "Buffer.alloc(0)",
		"Buffer.alloc(10, 0xab)", `Buffer.from("日本語")`, `Buffer.from("deadbeefcafebabe0102030405", "hex")`, "Buffer.from([0x3f,0x80,0,0,0x40,0x49,0x0f,0xdb,0x7f,0xf0,0,0,0,0,0,1])",
		"Buffer.from([0xf0,0x9f,0x98,0x80,0xff,0xc3,0x28,0xe2,0x82])", "Buffer.from([1,2,3]).subarray(1)", "Buffer.allocUnsafe(4).fill(7)")
}

func (c calls) anything() string {
	return c.pick("5", `"text"`, "null", "undefined", "{}", "[]", "[1,2,300,-1,1.9]", `["1","x",null]`, "true", "Symbol('s')", "12n", "new Uint16Array([1,256,65535])",
		"new ArrayBuffer(4)", "Buffer.from('z')", "{length: 3, 0: 1, 2: 3}", `{type: "Buffer", data: [1,2]}`, "new String('boxed')", "() => 1", "new Date(0)", "-1", "1.5", "new Set([1])")
}

func (c calls) make() string {
	switch c.IntN(12) {
	case 0, 1, 2:
		return fmt.Sprintf("Buffer.from(%s, %s)", c.text(), c.encoding())
	case 3:
		return fmt.Sprintf("Buffer.from(%s)", c.anything())
	case 4:
		return fmt.Sprintf("Buffer.from(new Uint8Array([1,2,3,4,5,6]).buffer, %s, %s)", c.offset(), c.offset())
	case 5:
		return fmt.Sprintf("Buffer.alloc(%s, %s, %s)", c.pick("0", "5", "11", "-1", "1.5", `"3"`, "NaN"), c.pick("0", "1", `"ab"`, `"é"`, `"00ff"`, "Buffer.from('xyz')", `""`, "300", "-1"), c.encoding())
	case 6:
		return fmt.Sprintf("Buffer.concat([%s, %s], %s)", c.bytes(), c.bytes(), c.pick("undefined", "3", "40", "0", "-1", "1.5", `"2"`))
	case 7:
		return fmt.Sprintf("Buffer.concat(%s)", c.anything())
	case 8:
		return fmt.Sprintf("Buffer.byteLength(%s, %s)", c.pick(c.text(), c.text(), c.anything()), c.encoding())
	case 9:
		return fmt.Sprintf("Buffer.compare(%s, %s)", c.bytes(), c.pick(c.bytes(), c.bytes(), c.anything()))
	case 10:
		return fmt.Sprintf("[Buffer.isBuffer(%[1]s), Buffer.isEncoding(%[2]s), Buffer.isEncoding(%[1]s)]", c.anything(), c.encoding())
	default:
		return fmt.Sprintf("Buffer.of(%s, %s, %s)", c.number(), c.number(), c.number())
	}
}

func (c calls) read() string {
	kind := c.word("UInt8 Int8 Uint8 UInt16LE UInt16BE Int16LE Int16BE Uint16BE UInt32LE UInt32BE Int32LE Int32BE Uint32LE FloatLE FloatBE DoubleLE DoubleBE BigInt64LE BigUInt64BE BigUint64LE BigInt64BE")
	if c.IntN(3) == 0 {
		return fmt.Sprintf("b.read%s(%s, %s)", c.word("UIntLE UIntBE IntLE IntBE UintLE UintBE"), c.offset(), c.pick("1", "2", "3", "4", "5", "6", "0", "7", "1.5", "undefined", `"3"`))
	}
	return fmt.Sprintf("b.read%s(%s)", kind, c.pick(c.small(), c.offset()))
}

func (c calls) write() string {
	switch c.IntN(5) {
	case 0:
		return fmt.Sprintf("[b.write%s(%s, %s), b]", c.word("BigInt64LE BigUInt64BE BigUint64LE BigInt64BE"), c.big(), c.pick("0", "1", c.offset()))
	case 1:
		return fmt.Sprintf("[b.write%s(%s, %s, %s), b]", c.word("UIntLE UIntBE IntLE IntBE UintLE UintBE"), c.number(), c.pick(c.small(), c.offset()), c.pick("1", "2", "3", "4", "5", "6", "0", "7", "undefined"))
	case 2:
		return fmt.Sprintf("[b.write(%s), b]", c.pick(c.text(), c.text()+", "+c.offset(), c.text()+", "+c.encoding(), c.text()+", "+c.offset()+", "+c.offset(), c.text()+", "+c.small()+", "+c.small()+", "+c.encoding(), c.anything()))
	}
	kind := c.word("UInt8 Int8 Uint8 UInt16LE UInt16BE Int16LE Int16BE Uint16BE UInt32LE UInt32BE Int32LE Int32BE Uint32LE FloatLE FloatBE DoubleLE DoubleBE")
	return fmt.Sprintf("[b.write%s(%s, %s), b]", kind, c.number(), c.pick(c.small(), c.offset()))
}

func (c calls) needle() string {
	return c.pick("1", "255", "0", "-1", "300", `"l"`, `"hello"`, `""`, `"語"`, "Buffer.from('o')", "Buffer.alloc(0)", "new Uint8Array([2,3])", "undefined", "null", "{}", `"00"`, "1.5")
}

func (c calls) other() string {
	switch c.IntN(19) {
	case 0:
		return fmt.Sprintf("b.%s(%s, %s, %s)", c.word("indexOf lastIndexOf includes"), c.needle(), c.offset(), c.encoding())
	case 1:
		return fmt.Sprintf("b.%s(%s)", c.word("indexOf lastIndexOf includes"), c.pick(c.needle(), c.needle()+", "+c.offset()))
	case 2:
		return fmt.Sprintf("b.fill(%s)", c.pick(c.needle(), c.needle()+", "+c.offset(), c.needle()+", "+c.offset()+", "+c.offset(), c.text()+", "+c.small()+", "+c.small()+", "+c.encoding()))
	case 3:
		return fmt.Sprintf("(() => { const t = Buffer.alloc(9); return [b.copy(%s), t] })()", c.pick("t", "t, "+c.offset(), "t, "+c.small()+", "+c.offset(), "t, "+c.small()+", "+c.small()+", "+c.offset(), c.anything()))
	case 4:
		return fmt.Sprintf("b.compare(%s)", c.pick(c.bytes(), c.bytes()+", "+c.small()+", "+c.small()+", "+c.offset()+", "+c.small(), c.anything(), c.bytes()+", "+c.offset()))
	case 5:
		return fmt.Sprintf("b.%s(%s, %s)", c.word("slice subarray"), c.offset(), c.offset())
	case 6:
		return fmt.Sprintf("(() => { const s = b.%s(%s); s[0] = 99; return [s, b] })()", c.word("slice subarray"), c.small())
	case 7:
		return fmt.Sprintf("b.%s()", c.word("swap16 swap32 swap64 toJSON toString toLocaleString inspect entries keys"))
	case 8, 9, 10:
		return fmt.Sprintf("b.toString(%s)", c.pick(c.encoding(), c.encoding()+", "+c.offset(), c.encoding()+", "+c.offset()+", "+c.offset(), c.anything()))
	case 11:
		return fmt.Sprintf("b.equals(%s)", c.pick(c.bytes(), c.anything(), "Buffer.from(b)"))
	case 12:
		return fmt.Sprintf("[b.length, b.byteLength, b.at(%s), b[%s], %s in b]", c.offset(), c.small(), c.small())
	case 13:
		return fmt.Sprintf("JSON.stringify({b: b, s: b.%s(%s, %s)})", c.word("slice subarray"), c.small(), c.small())
	case 14:
		return fmt.Sprintf("[...b.%s()].join()", c.word("entries keys values"))
	case 15:
		return fmt.Sprintf("b.%s(%s)", c.word("map filter"), "x => x % "+c.pick("2", "3", "256"))
	case 16:
		return fmt.Sprintf("(b.set(%s, %s), b)", c.pick("[1,2]", "Buffer.from('ab')", "new Uint16Array([500])", c.anything()), c.pick("0", "3", "100", "-1"))
	case 17:
		return fmt.Sprintf("(() => { b[%s] = %s; return b })()", c.small(), c.number())
	default:
		return "[b.reverse(), b.join('-'), b.concat, b.constructor === Buffer, b instanceof Uint8Array, b.readInt8 === b.readInt8]"
	}
}

func TestBuffer(t *testing.T) {
	c := calls{rand.New(rand.NewPCG(bufferSeed, 0))}
	var scripts []string
	for i := range bufferCalls {
		script := "return " + c.make()
		if i%4 != 0 {
			script = fmt.Sprintf("const b = %s; return %s", c.bytes(), c.pick(c.read(), c.write(), c.other(), c.other()))
		}
		scripts = append(scripts, script)
	}
	compare(t, scripts, reference(t, "buffer", scripts), nil, "")
}
