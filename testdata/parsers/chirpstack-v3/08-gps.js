// case: {"input": {"bytes": "1c7b9a4d06e2f3a102", "fPort": 4}}
// case: {"input": {"bytes": "e384656506e2f3a100", "fPort": 4}}
function Decode(fPort, bytes) {
  var lat = (bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3];
  var lon = (bytes[4] << 24) + (bytes[5] << 16) + (bytes[6] << 8) + bytes[7];
  return bytes[8] === 0 ? { fix: false } : { fix: true, lat: lat / 1e7, lon: +(lon / 1e7).toFixed(4), google: "https://maps.example/?q=" + lat / 1e7 + "," + lon / 1e7 };
}
