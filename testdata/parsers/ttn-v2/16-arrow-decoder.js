// case: {"input": {"bytes": "0102030405", "fPort": 3}}
const Decoder = (bytes, port) => {
  const [id, ...rest] = bytes;
  return { id, port, rest, pairs: rest.reduce((all, b, i) => (i % 2 ? [...all.slice(0, -1), [...all.at(-1), b]] : [...all, [b]]), []) };
};
