// case: {"input": {"bytes": "01", "fPort": 1}}
// case: {"input": {"bytes": "02", "fPort": 1}}
// case: {"input": {"bytes": "09", "fPort": 1}}
function decodeUplink(input) {
  var events = [];
  switch (input.bytes[0]) {
    case 2: events.push("opened");
    case 1: events.push("button"); break;
    default: events.push("unknown");
    case 3: events.push("idle");
  }
  return { data: { events: events.join(), count: events.length } };
}
