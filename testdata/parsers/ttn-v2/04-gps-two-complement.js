// case: {"input": {"bytes": "d3b1f2180ca51f", "fPort": 1}}
function Decoder(bytes, port) {
  var lat = ((bytes[0] << 16) >>> 0) + ((bytes[1] << 8) >>> 0) + bytes[2];
  lat = (lat / 16777215.0 * 180) - 90;
  var lon = ((bytes[3] << 16) >>> 0) + ((bytes[4] << 8) >>> 0) + bytes[5];
  lon = (lon / 16777215.0 * 360) - 180;
  return { lat: parseFloat(lat.toFixed(6)), lon: parseFloat(lon.toFixed(6)), hdop: bytes[6] / 10.0, exact: lat };
}
