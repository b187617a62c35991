// case: {"input": {"bytes": "8206010203010704", "fPort": 1}}
// Nested records: the high bit says that a record holds others.
function read(bytes, at, end) {
  var list = [];
  while (at < end) {
    var tag = bytes[at++], length = bytes[at++];
    if (tag & 0x80) list.push({ tag: tag & 0x7f, items: read(bytes, at, at + length) });
    else list.push({ tag: tag, value: bytes.slice(at, at + length) });
    at += length;
  }
  return list;
}
function Decoder(bytes) { return { records: read(bytes, 0, bytes.length) }; }
