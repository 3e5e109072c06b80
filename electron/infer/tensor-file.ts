/**
 * Numbers in a file: a header in JSON, then arrays, each at a multiple of 8 bytes. What is read may be damaged or
 * foreign, so every length is checked before it is used.
 */
import type { z } from 'zod';

const magic = 'ASSAYTF1';
const alignment = 8;

const types = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array } as const;
type TypeName = keyof typeof types;

export type FileArray = Float32Array | Int32Array | Uint8Array;

interface Entry {
  readonly name: string;
  readonly type: TypeName;
  readonly length: number;
}

/** The bytes of a file: what `head` says (plain JSON), and the arrays in order. Every platform of ONNX Runtime is little-endian. */
export function writeTensorFile(head: object, arrays: ReadonlyMap<string, FileArray>): Uint8Array {
  const entries: Entry[] = [...arrays].map(([name, array]) => ({ name, type: typeOf(array), length: array.length }));
  const text = new TextEncoder().encode(JSON.stringify({ head, arrays: entries }));
  const start = aligned(magic.length + 4 + text.length);
  const size = [...arrays.values()].reduce((sum, { byteLength }) => sum + aligned(byteLength), start);
  const bytes = new Uint8Array(size);
  bytes.set(new TextEncoder().encode(magic));
  new DataView(bytes.buffer).setUint32(magic.length, text.length, true);
  bytes.set(text, magic.length + 4);
  let at = start;
  for (const array of arrays.values()) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += aligned(array.byteLength);
  }
  return bytes;
}

/** The parts of a file. @throws Error with the reason, for who calls to say which file it was. */
export function readTensorFile<T>(given: Uint8Array, schema: z.ZodType<T>): { head: T; arrays: Map<string, FileArray> } {
  // A Buffer of Node is one too, but its own slice does not copy.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.length);
  if (bytes.length < magic.length + 4 || new TextDecoder().decode(bytes.subarray(0, magic.length)) !== magic) throw new Error('it is not a file of this kind');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(magic.length, true);
  if (magic.length + 4 + length > bytes.length) throw new Error('it is cut off');
  const json = JSON.parse(new TextDecoder().decode(bytes.subarray(magic.length + 4, magic.length + 4 + length))) as { head?: unknown; arrays?: unknown };
  const parsed = schema.safeParse(json.head);
  if (!parsed.success) throw new Error(`its header is not understood (${parsed.error.issues[0]?.path.join('.') ?? ''})`);
  const arrays = new Map<string, FileArray>();
  let at = aligned(magic.length + 4 + length);
  for (const { name, type, length: count } of entriesOf(json.arrays)) {
    const Type = types[type];
    const byteLength = count * Type.BYTES_PER_ELEMENT;
    if (at + byteLength > bytes.length) throw new Error('it is cut off');
    // Copied, because the bytes of a file may begin anywhere in their buffer.
    arrays.set(name, new Type(bytes.slice(at, at + byteLength).buffer));
    at += aligned(byteLength);
  }
  return { head: parsed.data, arrays };
}

/** An array of float32 of a file. @throws Error when it is not there. */
export function floatsNamed(arrays: ReadonlyMap<string, FileArray>, name: string): Float32Array {
  const array = arrays.get(name);
  if (!(array instanceof Float32Array)) throw new Error(`it has no numbers for "${name}"`);
  return array;
}

function entriesOf(given: unknown): Entry[] {
  if (!Array.isArray(given)) throw new Error('its header is not understood');
  return given.map((each: unknown) => {
    const { name, type, length } = each as Partial<Entry>;
    if (typeof name !== 'string' || type === undefined || !(type in types) || !Number.isSafeInteger(length) || (length as number) < 0) {
      throw new Error('its header is not understood');
    }
    return { name, type, length: length as number };
  });
}

function typeOf(array: FileArray): TypeName {
  if (array instanceof Float32Array) return 'float32';
  return array instanceof Int32Array ? 'int32' : 'uint8';
}

function aligned(size: number): number {
  return Math.ceil(size / alignment) * alignment;
}
