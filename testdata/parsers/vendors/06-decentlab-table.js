// case: {"input": {"bytes": "02140a00037fa8a60c6b", "fPort": 1}}
// case: {"input": {"bytes": "020bbd00030c31a51e8adb", "fPort": 1}}
// case: {"input": {"bytes": "0211110001", "fPort": 1}}
// case: {"input": {"bytes": "0102", "fPort": 1}}
// case: {"input": {"bytes": "020578000f67bd618d1cedbd1081d981f4895b0bd80bb50000959895390c25", "fPort": 1}}
// case: {"input": {"bytes": "03", "fPort": 1}}
var decentlab_decoder = {
  PROTOCOL_VERSION: 2,
  SENSORS: [
    { length: 2, values: [ { name: 'distance', displayName: 'Distance', convert: function (x) { return x[0]; }, unit: 'mm' },
      { name: 'valid', displayName: 'Number of valid samples', convert: function (x) { return x[1]; } } ] },
    { length: 1, values: [ { name: 'battery_voltage', displayName: 'Battery voltage', convert: function (x) { return x[0] / 1000; }, unit: 'V' } ] },
    { length: 3, values: [ { name: 'deep', convert: function (x) { return Math.pow(x[0] - 32768, 3) / (x[1] + 65536 * x[2]); } },
      { name: 'log', convert: (x) => Math.log(x[0] + 1) * Math.sqrt(x[1]) / Math.exp(-x[2] / 65536) } ] },
  ],
  read_int: function (bytes, pos) { return (bytes[pos] << 8) + bytes[pos + 1]; },
  decode: function (msg) {
    var bytes = msg, i, j;
    if (typeof msg === 'string') { bytes = []; for (i = 0; i < msg.length; i += 2) bytes.push(parseInt(msg.substring(i, i + 2), 16)); }
    var version = bytes[0];
    if (version != this.PROTOCOL_VERSION) return { error: "protocol version " + version + " doesn't match v2" };
    var deviceId = this.read_int(bytes, 1), flags = this.read_int(bytes, 3), result = { 'protocol_version': version, 'device_id': deviceId }, pos = 5;
    for (i = 0; i < this.SENSORS.length; i++, flags >>= 1) {
      if ((flags & 1) !== 1) continue;
      var sensor = this.SENSORS[i], x = [];
      for (j = 0; j < sensor.length; j++) { x.push(this.read_int(bytes, pos)); pos += 2; }
      for (j = 0; j < sensor.values.length; j++) {
        var value = sensor.values[j];
        if ('convert' in value) result[value.name] = { displayName: value.displayName, value: value.convert.bind(this)(x) };
        if (value.hasOwnProperty('unit')) result[value.name]['unit'] = value.unit;
      }
    }
    return result;
  }
};
function Decoder(bytes, port) { return decentlab_decoder.decode(bytes); }
