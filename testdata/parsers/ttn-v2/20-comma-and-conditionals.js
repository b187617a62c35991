// case: {"input": {"bytes": "0a0b0c", "fPort": 1}}
function Decoder(bytes, port) {
  var a, b, c, i = 0;
  a = bytes[i++], b = bytes[i++], c = bytes[i++];
  return { sum: (a += b, a + c), pick: port > 1 ? "x" : port === 1 ? "y" : "z", lazy: port && bytes.length || -1, chain: a > b > c, not: !!"", text: "" + a + b, minus: "12" - 2, plus: "12" + 2, loose: "10" == 10 && null == undefined, type: typeof null, del: delete bytes[0], hole: bytes };
}
