package jsapi

import (
	"regexp"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// value begins a declaration that needs the word declare, which `tripline types` puts there.
var value = regexp.MustCompile(`(?m)^(const|function|class) `)

// TestGlobalsAreDocumented checks that each global has what `tripline types` and the guides print.
func TestGlobalsAreDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, g := range Globals() {
		if g.Name == "" || g.Doc == "" || g.New == nil || seen[g.Name] {
			t.Errorf("%q: no name, no documentation, no constructor, or twice", g.Name)
		}
		seen[g.Name] = true
		declared := value.ReplaceAllString(g.TypeScript, "declare $0")
		result := api.Transform(declared, api.TransformOptions{Loader: api.LoaderTS})
		for _, problem := range result.Errors {
			t.Errorf("%s: declaration: %s at %q", g.Name, problem.Text, problem.Location.LineText)
		}
		if len(result.Code) > 0 && strings.TrimSpace(string(result.Code)) != "" {
			t.Errorf("%s: the declaration does something: %s", g.Name, result.Code)
		}
		if !strings.Contains(g.TypeScript, " "+g.Name) {
			t.Errorf("%s: declared as %q", g.Name, g.TypeScript)
		}
	}
}

// TestDeclarationsAreComplete compares what is declared with what there is.
func TestDeclarationsAreComplete(t *testing.T) {
	for name, c := range map[string]struct {
		types  string
		tables []*methodTable
	}{
		"Buffer":          {bufferTypes, []*methodTable{bufferStatics, bufferMethods}},
		"crypto":          {cryptoTypes, []*methodTable{cryptoMethods, hashMethods, hmacMethods, cipherMethods, decipherMethods}},
		"URL":             {urlTypes, []*methodTable{urlMethods}},
		"URLSearchParams": {searchParamsTypes, []*methodTable{searchParamsMethods}},
	} {
		for _, table := range c.tables {
			for _, m := range table.order {
				inherited := m == "toLocaleString" || m == "inspect" || strings.HasSuffix(m, "Slice") || len(m) > len("write") && strings.HasSuffix(m, "Write")
				if !inherited && !strings.Contains(c.types, m+"(") && !strings.Contains(c.types, m+"<") {
					t.Errorf("%s: %s is not declared", name, m)
				}
			}
		}
	}
}

// TestOddArguments calls every function with odd receivers and arguments: whatever it says, it says so as
// a JavaScript error, never as a panic of the program.
func TestOddArguments(t *testing.T) {
	got := evalJSON(t, `
		const detour = { valueOf() { throw new Error("valueOf") }, toString() { throw new Error("toString") } };
		const odd = () => [undefined, null, true, NaN, -1, 0, 1.5, 7, 2 ** 31, 2 ** 53, -Infinity, Infinity, 5n, "", "hex", "ff", "aes-128-gcm", Symbol("s"), [], [1, [2]], {}, detour, () => 1,
			new Proxy({}, {}), new Proxy(Buffer.alloc(3), {}), Buffer.alloc(0), Buffer.alloc(16, 1), Buffer.alloc(16).subarray(16), new Uint16Array(3), new Float64Array(2), new DataView(new ArrayBuffer(3)),
			new ArrayBuffer(0), new Map([[1, 2]]), new Set([1]), new Date(NaN), /x/g, new Error("e"), Object.create(null), new URL("http://a/?b=c"), new URLSearchParams("a=1"), new TextDecoder(), { length: 3, 0: 1 },
			{ length: -1 }, { length: "x" }, { byteLength: 1e9, buffer: 1 }, { authTagLength: 16, plaintextLength: 1, encoding: "hex", stream: true, fatal: true }, Object.create(Buffer.prototype), Object.create(Uint8Array.prototype)];
		const hash = () => crypto.createHash("md5"), key = Buffer.alloc(16);
		const receivers = { Buffer, "Buffer.prototype": Buffer.alloc(9, 5), crypto, Hash: hash(), Hmac: crypto.createHmac("md5", "k"), URL, url: new URL("http://a/b?c#d"), params: new URLSearchParams("a=1&b=2"),
			encoder: new TextEncoder(), decoder: new TextDecoder(), cache: { get: cache.get },
			gcm: crypto.createCipheriv("aes-128-gcm", key, key), ccm: crypto.createDecipheriv("aes-128-ccm", key, Buffer.alloc(12), { authTagLength: 8 }), cbc: crypto.createDecipheriv("aes-128-cbc", key, key),
			globals: { crcSum, crc16Modbus, crc16CCIT, atob, btoa, structuredClone } };
		let calls = 0, index = 0;
		const attempt = (f, self, args) => { calls++; try { Reflect.apply(f, self, args) } catch (e) { if (e === undefined) throw new Error("undefined was thrown") } };
		const construct = (f, args) => { calls++; try { Reflect.construct(f, args) } catch (e) {} };
		for (const [name, self] of Object.entries(receivers)) {
			const names = new Set(); for (let o = self; o && o !== Object.prototype && o !== Function.prototype; o = Object.getPrototypeOf(o)) for (const k of [...Object.keys(o), ...Object.getOwnPropertyNames(o)]) names.add(k);
			for (const k of names) {
				let f; try { f = self[k] } catch (e) { continue }
				if (typeof f !== "function" || k === "constructor") continue;
				const values = odd();
				attempt(f, self, []);
				for (const v of values) { attempt(f, self, [v]); attempt(f, v, []); attempt(f, v, [1, 2, 3]) }
				for (let n = 0; n < 60; n++) { const pick = () => values[(index = (index * 31 + 7) % 1009) % values.length]; attempt(f, self, [pick(), pick()]); attempt(f, self, [pick(), pick(), pick(), pick()]) }
			}
			for (const k of ["href", "protocol", "host", "port", "search", "hash", "pathname", "username", "lastIndex", "0", "x"]) for (const v of odd()) { try { self[k] = v } catch (e) {} try { delete self[k] } catch (e) {} }
		}
		for (const f of [Buffer, URL, URLSearchParams, TextEncoder, TextDecoder]) for (const v of odd()) { construct(f, [v]); construct(f, [v, v]); construct(f, ["http://a", v, v]); attempt(f, v, [v]) }
		return calls > 30000`)
	if got != "true" {
		t.Errorf("too few calls were made")
	}
}
