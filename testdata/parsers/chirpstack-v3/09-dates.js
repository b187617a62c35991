// case: {"input": {"bytes": "65a1b2c3", "fPort": 1}, "now": "2026-03-01T12:00:00Z"}
function getzf(n) { return parseInt(n) < 10 ? "0" + n : n; }
function Decode(fPort, bytes) {
  var seconds = bytes[0] * 0x1000000 + (bytes[1] << 16) + (bytes[2] << 8) + bytes[3];
  var d = new Date(seconds * 1000);
  return { time: d.getFullYear() + "-" + getzf(d.getMonth() + 1) + "-" + getzf(d.getDate()) + " " + getzf(d.getHours()) + ":" + getzf(d.getMinutes()), days: Math.floor((Date.now() / 1000 - seconds) / 86400) };
}
