// case: {"input": {"bytes": "aa03010203aa0109ff", "fPort": 1}}
function Decode(fPort, bytes) {
  var state = "sync", frames = [], left = 0, current;
  bytes.forEach(function (b) {
    if (state === "sync") { if (b === 0xaa) state = "length"; }
    else if (state === "length") { left = b; current = []; state = "data"; }
    else if (--left >= 0) { current.push(b); if (left === 0) { frames.push(current); state = "sync"; } }
  });
  return { frames: frames, count: frames.length, state: state };
}
