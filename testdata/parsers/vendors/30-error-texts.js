// case: {"input": {"bytes": "0102", "fPort": 1}}
function decodeUplink(input) {
  var crypto = require("crypto"), buffer = Buffer.from(input.bytes), key = Buffer.alloc(16);
  var texts = [
    () => buffer.readUInt32LE(0), () => buffer.readUInt16BE(7), () => buffer.readIntBE(0, 9), () => buffer.readInt8("1"), () => buffer.toString("nope"),
    () => Buffer.from(5), () => buffer.writeUInt8(300), () => buffer.swap32(), () => Buffer.concat(5), () => new TextDecoder("nope"),
    () => new URL("x"), () => crypto.createHash("md5").update(5), () => crypto.createCipheriv("aes-128-ecb", "short", null),
    () => crypto.createCipheriv("aes-128-cbc", key, buffer), () => crypto.timingSafeEqual(key, buffer), () => decodeURIComponent("%"),
  ].map((f) => { try { return f(); } catch (e) { return [e.toString(), "" + e, e.name, e.code, Object.keys(e).includes("toString")]; } });
  return { data: { texts } };
}
