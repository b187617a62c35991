// case: {"port": 1, "hex": "0101020203030000ff"}
const b = Buffer.from(msg.userdata.payload, "base64"), found = [];
outer:
for (let i = 0; i < b.length; i++) {
  for (let j = 0; j < i; j++) {
    if (b[i] === b[j]) continue outer;
    if (b[i] === 0) break outer;
  }
  found.push(b[i]);
}
let n = 0;
do { n += 2; } while (n < found.length);
return { telemetry_data: { found, n } };
