// case: {"input": {"bytes": "", "fPort": 1}}
// case: {"input": {"bytes": "01", "fPort": 1}}
function Decoder(bytes, port) {
  return { first: bytes[0], sum: bytes[0] + bytes[1], word: bytes[0] << 8 | bytes[1], isNaN: isNaN(bytes[0] + bytes[1]), empty: !bytes.length };
}
