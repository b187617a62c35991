// case: {"input": {"bytes": "01", "fPort": 1}}
// case: {"input": {"bytes": "02", "fPort": 1}}
function Decode(fPort, bytes) {
  try {
    if (bytes[0] === 2) throw { code: 42 };
    return { value: missing.field };
  } catch (e) {
    return { error: e instanceof ReferenceError ? e.message : "code " + e.code };
  }
}
