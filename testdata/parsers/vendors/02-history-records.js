// case: {"input": {"bytes": "20ce9e74466310015d", "fPort": 85}}
// case: {"input": {"bytes": "20ce9e7446630000ff20ce00000000010203", "fPort": 85}}
// case: {"input": {"bytes": "20ce", "fPort": 85}}
// case: {"input": {"bytes": "ffffffff20", "fPort": 85}}
// case: {"input": {"bytes": "20ceffffffff0a0b0c", "fPort": 85}}
// case: {"input": {"bytes": "0b", "fPort": 85}}
function decodeUplink(input) {
  let res = { history: [] }, b = input.bytes, at = 0;
  while (at + 9 <= b.length) {
    if (b[at] !== 0x20 || b[at + 1] !== 0xce) { at++; continue; }
    const ts = ((b[at + 5] << 24) | (b[at + 4] << 16) | (b[at + 3] << 8) | b[at + 2]) >>> 0;
    const row = { timestamp: ts, iso: new Date(ts * 1000).toISOString(), day: new Date(ts * 1000).getUTCDay() };
    [row.a, row.b, row["c"]] = b.slice(at + 6, at + 9);
    res.history.push(row);
    at += 9;
  }
  return { data: res, warnings: at < b.length ? [`${b.length - at} bytes left`] : [] };
}
