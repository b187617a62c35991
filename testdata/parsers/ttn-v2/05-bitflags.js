// case: {"input": {"bytes": "8d", "fPort": 1}}
// case: {"input": {"bytes": "00", "fPort": 1}}
function bit(value, n) { return (value & (1 << n)) !== 0; }
function Decoder(bytes) {
  var flags = bytes[0];
  return { motion: bit(flags, 0), light: bit(flags, 1), tamper: bit(flags, 7), mode: (flags >> 2) & 3, text: flags.toString(2).padStart(8, "0"), ones: flags.toString(2).replace(/0/g, "").length };
}
