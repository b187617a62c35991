// case: {"port": 1, "hex": "deadbeef00ff"}
var b = Buffer.from(msg.userdata.payload, "base64"), hex = "";
for (var i = 0; i < b.length; i++) {
  hex += ("0" + b[i].toString(16)).slice(-2) + (i < b.length - 1 ? ":" : "");
}
return { telemetry_data: { hex: hex.toUpperCase(), reversed: hex.split(":").reverse().join(""), trimmed: "  x ".trim() + "y".repeat(3), ends: hex.endsWith("ff"), code: hex.charCodeAt(0), at: hex.lastIndexOf(":"), b64: btoa(String.fromCharCode.apply(null, b)), url: encodeURIComponent("a b&ü") } };
