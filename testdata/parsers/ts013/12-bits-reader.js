// case: {"input": {"bytes": "b5c3f00f", "fPort": 1}}
function decodeUplink(input) {
  let position = 0;
  const take = (n) => {
    let value = 0;
    while (n-- > 0) {
      value = (value << 1) | ((input.bytes[position >> 3] >> (7 - (position & 7))) & 1);
      position++;
    }
    return value;
  };
  return { data: { version: take(3), type: take(5), level: take(10), sign: (take(6) << 26) >> 26, rest: take(8), position } };
}
