// case: {"input": {"bytes": "3c", "fPort": 1, "recvTime": "2026-03-01T08:00:00.000+08:00"}}
function decodeUplink(input) {
  var at = new Date(input.recvTime);
  return { data: { measured: new Date(at.getTime() - input.bytes[0] * 1000).toISOString().replace(/^.*T/, "").length } };
}
