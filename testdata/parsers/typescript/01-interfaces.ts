// case: {"input": {"bytes": "00fa64", "fPort": 1}}
interface Reading { temperature: number; battery?: number }
type Input = { bytes: number[]; fPort: number };
function decodeUplink(input: Input): { data: Reading } {
  const [high, low, battery] = input.bytes as [number, number, number];
  return { data: { temperature: ((high << 8) | low) / 10, battery: battery! } };
}
