// case: {"input": {"bytes": "0102", "fPort": 1}}
// What a Decode returns is telemetry as it is, whatever its keys are called.
function Decode(fPort, bytes) {
  return { data: { a: bytes[0] }, errors: ["sensor 2"], warnings: bytes[1], telemetry_data: "text" };
}
