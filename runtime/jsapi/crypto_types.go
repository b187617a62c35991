package jsapi

// cryptoTypes is crypto's declaration for script authors.
const cryptoTypes = `const crypto: {
  createHash(algorithm: string): Hash;
  createHmac(algorithm: string, key: BinarySource, options?: { encoding?: BufferEncoding }): Hmac;
  hash(algorithm: string, data: string | ArrayBufferView, outputEncoding?: BufferEncoding): string;
  hash(algorithm: string, data: string | ArrayBufferView, outputEncoding: "buffer"): Buffer;
  getHashes(): string[];
  createCipheriv(algorithm: string, key: BinarySource, iv: BinarySource | null, options?: { authTagLength?: number }): Cipheriv;
  createDecipheriv(algorithm: string, key: BinarySource, iv: BinarySource | null, options?: { authTagLength?: number }): Decipheriv;
  getCiphers(): string[];
  randomBytes(size: number): Buffer;
  randomInt(max: number): number;
  randomInt(min: number, max: number): number;
  randomUUID(): string;
  getRandomValues<T extends ArrayBufferView>(typedArray: T): T;
  timingSafeEqual(a: ArrayBuffer | ArrayBufferView, b: ArrayBuffer | ArrayBufferView): boolean;
};
type BinarySource = string | ArrayBuffer | ArrayBufferView;
interface Hmac {
  update(data: string | ArrayBufferView, inputEncoding?: BufferEncoding): this;
  digest(): Buffer;
  digest(encoding: BufferEncoding): string;
}
interface Hash extends Hmac {
  copy(): Hash;
}
interface CipherBase {
  update(data: string | ArrayBufferView, inputEncoding?: BufferEncoding): Buffer;
  update(data: string | ArrayBufferView, inputEncoding: BufferEncoding | undefined, outputEncoding: BufferEncoding): string;
  final(): Buffer;
  final(outputEncoding: BufferEncoding): string;
  setAutoPadding(autoPadding?: boolean): this;
  setAAD(data: BinarySource, options?: { plaintextLength?: number; encoding?: BufferEncoding }): this;
}
interface Cipheriv extends CipherBase {
  getAuthTag(): Buffer;
}
interface Decipheriv extends CipherBase {
  setAuthTag(tag: BinarySource, encoding?: BufferEncoding): this;
}`
