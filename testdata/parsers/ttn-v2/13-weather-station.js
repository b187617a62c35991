// case: {"input": {"bytes": "0a1b2c3d4e5f60718293", "fPort": 2}}
function Decoder(bytes, port) {
  var dirs = "N NNE NE ENE E ESE SE SSE S SSW SW WSW W WNW NW NNW".split(" ");
  var u16 = function (i) { return (bytes[i] << 8) | bytes[i + 1]; };
  var deg = u16(0) % 360;
  return {
    wind: { degrees: deg, name: dirs[Math.round(deg / 22.5) % 16], speed: Math.round(u16(2) / 3.6) / 10 },
    rain: (u16(4) * 0.2).toFixed(1), pressure: u16(6) / 10 + 500, uv: bytes[8] / 16, dew: Math.floor(243.04 * Math.log(bytes[9])),
  };
}
