// case: {"input": {"bytes": "0a", "fPort": 1}}
abstract class Codec<T extends object> {
  constructor(private readonly scale: number, protected unit: string = "m") {}
  abstract read(bytes: readonly number[]): T;
  decodeUplink(input: { bytes: number[] }) { return { data: { ...this.read(input.bytes), scale: this.scale, unit: this.unit } }; }
}
class Level extends Codec<{ level: number }> {
  read(bytes: readonly number[]) { return { level: bytes[0] ?? 0 }; }
}
export default new Level(2);
