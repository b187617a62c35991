// case: {"input": {"bytes": "05", "fPort": 1}}
// case: {"entry": "encodeDownlink", "input": {"data": {"on": true}}}
var driver = driver || {};
driver.decodeUplink = function decode(input) { return { data: { five: input.bytes[0] === 5 } }; };
driver.encodeDownlink = (input) => ({ bytes: [+input.data.on], fPort: 2 });
