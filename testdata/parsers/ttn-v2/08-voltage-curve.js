// case: {"input": {"bytes": "0ce4", "fPort": 1}}
// case: {"input": {"bytes": "0fa0", "fPort": 1}}
// case: {"input": {"bytes": "0a00", "fPort": 1}}
function Decoder(bytes) {
  var mv = bytes[0] << 8 | bytes[1];
  var percent = 123 - 123 / Math.pow(1 + Math.pow(mv / 1000 / 3.7, 80), 0.165);
  return { mv: mv, percent: Math.round(percent), ln: Math.log10(mv).toFixed(4), clipped: Math.min(100, Math.max(0, Math.trunc((mv - 3000) / 12))) };
}
