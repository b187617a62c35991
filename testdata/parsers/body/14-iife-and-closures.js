// case: {"port": 1, "hex": "0505"}
const counter = (function () {
  var n = 0;
  return { add: function (k) { n += k; return this; }, get value() { return n; } };
})();
[...Buffer.from(msg.userdata.payload, "base64")].forEach((k) => counter.add(k).add(1));
return { telemetry_data: { value: counter.value } };
