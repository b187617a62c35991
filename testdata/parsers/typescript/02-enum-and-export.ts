// case: {"input": {"bytes": "0102", "fPort": 1}}
// case: {"entry": "encodeDownlink", "input": {"data": {"mode": "Eco"}}}
enum Mode { Off, Eco, Boost }
export function decodeUplink({ bytes }: { bytes: number[] }) {
  return { data: { mode: Mode[bytes[0]], next: Mode[bytes[1]] } };
}
export const encodeDownlink = (input: { data: { mode: keyof typeof Mode } }) => ({ bytes: [Mode[input.data.mode]], fPort: 3 });
