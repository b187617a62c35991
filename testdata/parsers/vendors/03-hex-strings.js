// case: {"input": {"bytes": "0cb60a1f5e", "fPort": 2}}
// case: {"input": {"bytes": "0cb6ff9c5e", "fPort": 2}}
// case: {"input": {"bytes": "cb00fe7fff", "fPort": 2}}
// case: {"input": {"bytes": "00000000", "fPort": 2}}
// case: {"input": {"bytes": "ffffffffffff", "fPort": 2}}
// case: {"input": {"bytes": "0a", "fPort": 2}}
function Str1(str2) { var str3 = ""; for (var i = 0; i < str2.length; i++) { if (str2[i] <= 0x0f) { str2[i] = "0" + str2[i].toString(16) + ""; } str3 += str2[i].toString(16) + ""; } return str3; }
function str_pad(byte) { var zero = '00'; var hex = byte.toString(16); var tmp = 2 - hex.length; return zero.substr(0, tmp) + hex + " "; }
function datalog(i, bytes) {
  var aa = parseFloat((bytes[0 + i] << 24 >> 16 | bytes[1 + i]) / 100).toFixed(2);
  return '[' + aa + ']' + ',';
}
function Decode(fPort, bytes) {
  var decode = {}, pnack = '';
  decode.raw = Str1(bytes.slice());
  decode.padded = bytes.map(str_pad).join('');
  for (var i = 0; i + 1 < bytes.length; i = i + 2) pnack += datalog(i, bytes);
  decode.PNACKMD = pnack;
  decode.BatV = ((bytes[0] << 8 | bytes[1]) & 0x3FFF) / 1000;
  decode.Bat_status = bytes[0] >> 6;
  decode.TempC = parseFloat(((bytes[2] << 24 >> 16 | bytes[3]) / 100).toFixed(2));
  decode.nothing = (bytes[40] << 8 | bytes[41]) / 10;
  decode.Node_type = ["LHT65N", "LDS02"][fPort - 2];
  switch (bytes[6] & 0x7F) { case 1: decode.ext = 1; break; default: decode.ext = undefined; }
  return decode;
}
