package jsapi

import (
	"fmt"
	"testing"
)

func TestCryptoVectors(t *testing.T) {
	runVectors(t, "crypto", nil)
}

const (
	nistPlain = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
	nist128   = "2b7e151628aed2a6abf7158809cf4f3c"
	nist192   = "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"
	nist256   = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
	nistIV    = "000102030405060708090a0b0c0d0e0f"
	nistCount = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"
)

// TestSP80038A runs the examples of NIST SP 800-38A, F.1, F.2 and F.5, both ways.
func TestSP80038A(t *testing.T) {
	for _, v := range []struct{ cipher, key, iv, sealed string }{
		{"aes-128-ecb", nist128, "", "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4"},
		{"aes-192-ecb", nist192, "", "bd334f1d6e45f25ff712a214571fa5cc974104846d0ad3ad7734ecb3ecee4eefef7afd2270e2e60adce0ba2face6444e9a4b41ba738d6c72fb16691603c18e0e"},
		{"aes-256-ecb", nist256, "", "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870b6ed21b99ca6f4f9f153e7b1beafed1d23304b7a39f9f3ff067d8d8f9e24ecc7"},
		{"aes-128-cbc", nist128, nistIV, "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b273bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7"},
		{"aes-192-cbc", nist192, nistIV, "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd"},
		{"aes-256-cbc", nist256, nistIV, "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"},
		{"aes-128-ctr", nist128, nistCount, "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee"},
		{"aes-192-ctr", nist192, nistCount, "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e941e36b26bd1ebc670d1bd1d665620abf74f78a7f6d29809585a97daec58c6b050"},
		{"aes-256-ctr", nist256, nistCount, "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c52b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6"},
	} {
		expectJSON(t, fmt.Sprintf(`
			const key = Buffer.from(%[2]q, "hex"), iv = Buffer.from(%[3]q, "hex");
			const c = crypto.createCipheriv(%[1]q, key, iv).setAutoPadding(false);
			const d = crypto.createDecipheriv(%[1]q, key, iv).setAutoPadding(false);
			return [c.update(%[4]q, "hex", "hex") + c.final("hex"), d.update(%[5]q, "hex", "hex") + d.final("hex")]`,
			v.cipher, v.key, v.iv, nistPlain, v.sealed), fmt.Sprintf("[%q,%q]", v.sealed, nistPlain))
	}
}

// TestGCMSpecification runs test cases 4 to 6 of the GCM specification: nonces of 12, 8 and 60 bytes.
func TestGCMSpecification(t *testing.T) {
	const (
		plain = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
		aad   = "feedfacedeadbeeffeedfacedeadbeefabaddad2"
	)
	for _, v := range []struct{ iv, sealed, tag string }{
		{"cafebabefacedbaddecaf888", "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091", "5bc94fbc3221a5db94fae95ae7121a47"},
		{"cafebabefacedbad", "61353b4c2806934a777ff51fa22a4755699b2a714fcdc6f83766e5f97b6c742373806900e49f24b22b097544d4896b424989b5e1ebac0f07c23f4598", "3612d2e79e3b0785561be14aaca2fccb"},
		{"9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b", "8ce24998625615b603a033aca13fb894be9112a5c3a211a8ba262a3cca7e2ca701e4a9a4fba43c90ccdcb281d48c7c6fd62875d2aca417034c34aee5", "619cc5aefffe0bfa462af43c1699d050"},
	} {
		expectJSON(t, fmt.Sprintf(`
			const key = Buffer.from("feffe9928665731c6d6a8f9467308308", "hex"), iv = Buffer.from(%q, "hex"), aad = Buffer.from(%q, "hex");
			const c = crypto.createCipheriv("aes-128-gcm", key, iv).setAAD(aad);
			const sealed = c.update(%q, "hex", "hex") + c.final("hex"), tag = c.getAuthTag();
			const d = crypto.createDecipheriv("aes-128-gcm", key, iv).setAAD(aad).setAuthTag(tag);
			return [sealed, tag.toString("hex"), d.update(sealed, "hex", "hex") + d.final("hex")]`, v.iv, aad, plain),
			fmt.Sprintf("[%q,%q,%q]", v.sealed, v.tag, plain))
	}
}

// TestCCMInScripts runs packet vector 1 of RFC 3610; the package ccm has the others.
func TestCCMInScripts(t *testing.T) {
	expectJSON(t, `
		const key = Buffer.from("c0c1c2c3c4c5c6c7c8c9cacbcccdcecf", "hex"), nonce = Buffer.from("00000003020100a0a1a2a3a4a5", "hex");
		const aad = Buffer.from("0001020304050607", "hex"), plain = "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e";
		const options = { authTagLength: 8 };
		const c = crypto.createCipheriv("aes-128-ccm", key, nonce, options).setAAD(aad, { plaintextLength: 23 });
		const sealed = c.update(plain, "hex", "hex") + c.final("hex"), tag = c.getAuthTag("hex");
		const d = crypto.createDecipheriv("aes-128-ccm", key, nonce, options).setAuthTag(tag).setAAD(aad, { plaintextLength: 23 });
		const opened = d.update(sealed, "hex", "hex") + d.final("hex");
		return [sealed, tag.toString("hex"), opened === plain]`,
		`["588c979a61c663d2f066d0c2c0f989806d5f6b61dac384","17e8d12cfdf926e0",true]`)
}

// TestCCMNeedsATag is stricter than Node, whose final is silent when nothing was decrypted.
func TestCCMNeedsATag(t *testing.T) {
	expectJSON(t, `
		const d = crypto.createDecipheriv("aes-128-ccm", Buffer.alloc(16), Buffer.alloc(12), { authTagLength: 8 });
		try { return d.final("hex") } catch (e) { return e.message }`, `"Unsupported state or unable to authenticate data"`)
}

// TestRFC4231 runs test cases 1, 2 and 6 (a key longer than a block).
func TestRFC4231(t *testing.T) {
	for _, v := range []struct{ hash, key, data, want string }{
		{"sha224", "Buffer.alloc(20, 0x0b)", "Hi There", "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22"},
		{"sha256", "Buffer.alloc(20, 0x0b)", "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
		{"sha384", "Buffer.alloc(20, 0x0b)", "Hi There", "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6"},
		{"sha512", "Buffer.alloc(20, 0x0b)", "Hi There", "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"},
		{"sha256", `"Jefe"`, "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
		{"sha256", "Buffer.alloc(131, 0xaa)", "Test Using Larger Than Block-Size Key - Hash Key First", "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
	} {
		expectJSON(t, fmt.Sprintf(`return crypto.createHmac(%q, %s).update(%q).digest("hex")`, v.hash, v.key, v.data), `"`+v.want+`"`)
	}
}

// TestPlatformSignatures signs as the chat platforms ask scripts to.
func TestPlatformSignatures(t *testing.T) {
	for _, v := range []struct{ key, message, want string }{
		{"this is secret", `1577808000000\nthis is secret`, "ijHEivi6YiCNPZOq4hZstmvZ3sPfbioAiMhP30ae7W0="},
		{"SECdemo", `1577808000000\nSECdemo`, "SFqI8mtuQw6r87NiZIWLBWL38++gElAGVS/zEomx+fw="},
		{`1599360473\ndemo`, "", "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="},
		{`1577808000\nthis is secret`, "", "auEpGaeER5bQKROzNWMLY+1CepR1G6J5G+wGCBnAxDM="},
	} {
		expectJSON(t, fmt.Sprintf(`return crypto.createHmac("sha256", "%s").update("%s").digest("base64")`, v.key, v.message), `"`+v.want+`"`)
	}
}

func TestRandomValues(t *testing.T) {
	expectJSON(t, `
		const seen = new Set(); for (let i = 0; i < 200; i++) seen.add(crypto.randomInt(3, 6));
		const a = crypto.randomBytes(16), b = crypto.randomBytes(16), words = new Uint32Array(4);
		return [[...seen].sort(), a.equals(b), Buffer.isBuffer(a), crypto.getRandomValues(words) === words, words.some((w) => w !== 0),
			/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()), crypto.randomUUID() === crypto.randomUUID()]`,
		`[[3,4,5],false,true,true,true,true,false]`)
}

func TestCryptoRefuses(t *testing.T) {
	for code, want := range map[string]string{
		`crypto.randomBytes(1e12)`:                                     "ERR_OUT_OF_RANGE",
		`crypto.randomBytes(4, () => 1)`:                               "ERR_INVALID_ARG_TYPE",
		`crypto.getRandomValues(new Uint8Array(65537))`:                "QuotaExceededError",
		`crypto.createHash("md5").update.call({}, "a")`:                "ERR_INVALID_THIS",
		`crypto.createHmac("md5", "k").digest.call(new Map())`:         "ERR_INVALID_THIS",
		`crypto.createHash("md5").copy.call(Buffer.alloc(1))`:          "ERR_INVALID_THIS",
		`crypto.createCipheriv("aes-128-ofb", "k".repeat(16), "i")`:    "ERR_CRYPTO_UNKNOWN_CIPHER",
		`crypto.createHash(new Proxy({}, { get() { throw 1 } }))`:      "1",
		`crypto.createHmac("md5", new Proxy(Buffer.alloc(2), {}))`:     "ERR_INVALID_ARG_TYPE",
		`Buffer.from(new Proxy({ length: 1e9 }, {}))`:                  "ERR_OUT_OF_RANGE",
		`Buffer.alloc(1e12)`:                                           "ERR_OUT_OF_RANGE",
		`Buffer.from({ length: 2 ** 53 })`:                             "ERR_OUT_OF_RANGE",
		`Buffer.concat(Array(9).fill(Buffer.alloc(8 << 20)))`:          "ERR_OUT_OF_RANGE",
		`Buffer.from("a".repeat((64 << 20) + 1))`:                      "ERR_STRING_TOO_LONG",
		`Buffer.from({ length: 1, get 0() { throw { code: "own" } }})`: "own",
	} {
		expectJSON(t, `try { `+code+`; return "nothing" } catch (e) { return String(e.code ?? e) }`, `"`+want+`"`)
	}
}
