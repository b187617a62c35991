// case: {"input": {"bytes": "0100e202290400270506070d62", "fPort": 5}}
// case: {"input": {"bytes": "0100e2ff", "fPort": 5}}
// case: {"input": {"bytes": "02", "fPort": 5}}
// case: {"input": {"bytes": "0400ff0501", "fPort": 5}}
// case: {"input": {"bytes": "0bfffffd2e", "fPort": 5}}
// case: {"input": {"bytes": "1234567890", "fPort": 5}}
// case: {"input": {"bytes": "07", "fPort": 5}}
var TYPE_TEMP = 0x01, TYPE_RH = 0x02, TYPE_ACC = 0x03, TYPE_LIGHT = 0x04, TYPE_MOTION = 0x05, TYPE_CO2 = 0x06, TYPE_VDD = 0x07, TYPE_PULSE = 0x0B;
function bin16dec(bin) { var num = bin & 0xFFFF; if (0x8000 & num) num = -(0x010000 - num); return num; }
function bin8dec(bin) { var num = bin & 0xFF; if (0x80 & num) num = -(0x0100 - num); return num; }
function hexToBytes(hex) { for (var bytes = [], c = 0; c < hex.length; c += 2) bytes.push(parseInt(hex.substr(c, 2), 16)); return bytes; }
function DecodeElsysPayload(data) {
  var obj = new Object();
  for (i = 0; i < data.length; i++) {
    switch (data[i]) {
      case TYPE_TEMP:
        var temp = (data[i + 1] << 8) | (data[i + 2]);
        temp = bin16dec(temp);
        obj.temperature = temp / 10;
        i += 2;
        break
      case TYPE_RH:
        var rh = (data[i + 1]);
        obj.humidity = rh;
        i += 1;
        break
      case TYPE_ACC:
        obj.x = bin8dec(data[i + 1]); obj.y = bin8dec(data[i + 2]); obj.z = bin8dec(data[i + 3]);
        i += 3;
        break
      case TYPE_LIGHT: obj.light = (data[i + 1] << 8) | (data[i + 2]); i += 2; break
      case TYPE_MOTION: obj.motion = (data[i + 1]); i += 1; break
      case TYPE_CO2: obj.co2 = (data[i + 1] << 8) | (data[i + 2]); i += 2; break
      case TYPE_VDD: obj.vdd = (data[i + 1] << 8) | (data[i + 2]); i += 2; break
      case TYPE_PULSE: obj.pulse1 = (data[i + 1] << 24) | (data[i + 2] << 16) | (data[i + 3] << 8) | (data[i + 4]); i += 4; break
      default: i = data.length; break
    }
  }
  return obj;
}
function decodeUplink(input) {
  return { "data": Object.assign(DecodeElsysPayload(input.bytes), { again: DecodeElsysPayload(hexToBytes("0100e2")), leaked: typeof i }) };
}
