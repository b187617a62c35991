// case: {"input": {"bytes": "010203", "fPort": 1}}
namespace Bits {
  export const low = (n: number): number => n & 1;
}
function group<K extends string, V>(list: V[], key: (v: V) => K): Record<K, V[]> {
  const out = {} as Record<K, V[]>;
  for (const v of list) (out[key(v)] ??= []).push(v);
  return out;
}
export const driver = {
  decodeUplink: (input: { bytes: number[] }) => ({ data: group(input.bytes, (b) => (Bits.low(b) ? "odd" : "even")) }),
};
