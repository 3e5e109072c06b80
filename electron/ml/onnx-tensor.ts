/**
 * Tensors of ONNX files as row-major typed arrays. Raw data and the typed fields mean the same; types that only exist
 * for special hardware (bfloat16, float8, 4 bits, complex numbers) are refused by name.
 */
import type { TensorProto } from 'onnx-buf';
import { fail } from '../../shared/errors.ts';
import { elementTypeCodes } from './graph.ts';
import type { ConstantData, ElementType } from './graph.ts';
import type { ImportedTensor } from './onnx-model.ts';

/** The element type of a TensorProto.DataType. @throws model/refused, naming `where` it stands. */
export function elementTypeOf(code: number, where: string): ElementType {
  const found = Object.entries(elementTypeCodes).find(([, known]) => known === code);
  if (found === undefined) {
    throw fail('model/refused', { reason: `${where} has the element type ${otherTypes[code] ?? code}, which cannot be trained on` });
  }
  return found[0] as ElementType;
}

/** @throws model/malformed when sizes do not agree; model/refused for other element types; both name the tensor. */
export function readTensor(tensor: TensorProto, name = tensor.name): ImportedTensor {
  const where = `the tensor "${name}"`;
  const type = elementTypeOf(tensor.dataType, where);
  const shape = tensor.dims.map(Number);
  const size = shape.reduce((product, dim) => product * dim, 1);
  const data = tensor.rawData.length > 0 ? fromRaw(type, tensor.rawData, where) : fromFields(type, tensor);
  if (data.length !== size) {
    throw fail('model/malformed', { reason: `${where} of shape [${shape.join(', ')}] has ${data.length} values, not ${size}` });
  }
  return { type, shape, data };
}

const otherTypes: Readonly<Record<number, string>> = {
  0: 'undefined', 3: 'int8', 4: 'uint16', 5: 'int16', 13: 'uint64', 14: 'complex64', 15: 'complex128', 16: 'bfloat16',
  17: 'float8', 18: 'float8', 19: 'float8', 20: 'float8', 21: 'uint4', 22: 'int4', 23: 'float4', 24: 'float8',
};

type NumberArray = Exclude<ConstantData, readonly string[]>;
const arrays = {
  float32: Float32Array, float64: Float64Array, float16: Uint16Array, int32: Int32Array, int64: BigInt64Array,
  uint8: Uint8Array, uint32: Uint32Array, bool: Uint8Array,
} as const satisfies Record<Exclude<ElementType, 'string'>, new (buffer: ArrayBuffer) => NumberArray>;

/** Copied, because a typed array must start at a multiple of its element size and the file makes no such promise. */
function fromRaw(type: ElementType, raw: Uint8Array, where: string): ConstantData {
  if (type === 'string') throw fail('model/malformed', { reason: `${where} has texts as raw data` });
  const Target = arrays[type];
  if (raw.length % Target.BYTES_PER_ELEMENT !== 0) {
    throw fail('model/malformed', { reason: `${where} has ${raw.length} bytes of ${type}, which is no whole number of values` });
  }
  return new Target(Uint8Array.from(raw).buffer as ArrayBuffer);
}

/** TensorProto says which field holds which type: the small integers and float16's bits lie in int32_data. */
function fromFields(type: ElementType, tensor: TensorProto): ConstantData {
  switch (type) {
    case 'string': return tensor.stringData.map((bytes) => new TextDecoder().decode(bytes));
    case 'float32': return Float32Array.from(tensor.floatData);
    case 'float64': return Float64Array.from(tensor.doubleData);
    case 'int64': return BigInt64Array.from(tensor.int64Data);
    case 'uint32': return Uint32Array.from(tensor.uint64Data, Number);
    case 'int32': return Int32Array.from(tensor.int32Data);
    case 'float16': return Uint16Array.from(tensor.int32Data);
    case 'uint8':
    case 'bool': return Uint8Array.from(tensor.int32Data);
  }
}

/** The numbers of a float tensor as float32; null for other types. */
export function toFloat32({ type, data }: ImportedTensor): Float32Array | null {
  if (data instanceof Float32Array) return data;
  if (data instanceof Float64Array) return Float32Array.from(data);
  return type === 'float16' && data instanceof Uint16Array ? Float32Array.from(data, fromHalf) : null;
}

/** The number that 16 bits of IEEE 754 binary16 stand for. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Numbers as the data of a tensor of this type. @throws TypeError for texts and float16. */
export function fromNumbers(type: ElementType, numbers: readonly number[]): ConstantData {
  if (type === 'string' || type === 'float16') throw new TypeError(`numbers cannot be written as ${type}`);
  if (type === 'int64') return BigInt64Array.from(numbers, (number) => BigInt(number));
  return arrays[type].from(numbers as never) as ConstantData;
}
