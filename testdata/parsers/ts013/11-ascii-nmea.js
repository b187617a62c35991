// case: {"input": {"bytes": "2447502c343830372e3033382c4e2c30313133312e3030302c452a34", "fPort": 3}}
function decodeUplink(input) {
  var text = String.fromCharCode.apply(null, input.bytes);
  var f = text.split("*")[0].split(",");
  function degrees(value, hemisphere) {
    var dot = value.indexOf(".") - 2;
    var d = parseInt(value.substring(0, dot), 10) + parseFloat(value.substring(dot)) / 60;
    return (hemisphere === "S" || hemisphere === "W" ? -d : d).toFixed(5) * 1;
  }
  return { data: { latitude: degrees(f[1], f[2]), longitude: degrees(f[3], f[4]), checksum: text.split("*").pop() } };
}
