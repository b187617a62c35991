// case: {"input": {"bytes": "0a14", "fPort": 1}}
const scale = (v) => v / 4;
const decodeUplink = ({ bytes, fPort }) => ({ data: Object.fromEntries(bytes.map((b, i) => ["c" + i, scale(b)]).concat([["port", fPort]])) });
