package jsapi

import "testing"

func TestChecksums(t *testing.T) {
	const check = `const b = Buffer.from("123456789"); `
	for body, want := range map[string]string{
		// The check values of the CRC catalogue.
		check + `return crc16CCIT(b, 9)`:   "12739", // 0x31C3
		check + `return crc16Modbus(b, 9)`: "19255", // 0x4B37
		check + `return crcSum(b, 9)`:      "477",
		check + `return crcSum(b, 9, 1)`:   "478",
		check + `return crcSum(b, 2)`:      "99",
		check + `return crcSum(b, 1e12)`:   "477",
		check + `return crcSum(b)`:         "477",
		// A Modbus request that ends in C4 0B on the wire.
		`return crc16Modbus(Buffer.from("010300000002", "hex"), 6)`:                                 "3012",
		`return crcSum(Buffer.alloc(300, 0xff), 300)`:                                               "10964", // 76500 mod 65536
		`return crcSum([1, 2, 3], 2)`:                                                               "3",
		`return crcSum(new Uint8Array([1, 2, 3]), 3, 65535)`:                                        "5",
		`return [typeof crcSum(b = Buffer.alloc(0), 0), crc16Modbus(b, 0), crc16CCIT(b, 0)]; var b`: `["number",65535,0]`,
		`try { crcSum("12", 2) } catch (e) { return e.code }`:                                       `"ERR_INVALID_ARG_TYPE"`,
		`return [crcSum.name, crcSum.length]`:                                                       `["crcSum",3]`,
	} {
		expectJSON(t, body, want)
	}
}
