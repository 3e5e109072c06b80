/**
 * Computes what a read model computes from constants and shapes alone, so that the chains of Shape, Gather and Concat that
 * exporters write become plain sizes. Numbers are computed in float64 and rounded to the element type.
 */
import type { ConstantData, ElementType } from '../graph.ts';
import { fromNumbers } from '../onnx-tensor.ts';
import type { ImportedNode, ImportedTensor } from '../onnx-model.ts';
import { absent, elementLimit, intOf, kernels } from './fold-kernels.ts';
import type { Item, Items } from './fold-kernels.ts';
import { constantTerm, shapeOfTerm, totalSize } from './term.ts';
import type { Term } from './term.ts';

/** The output of `node`, or null when it is not known before the model runs. */
export function foldNode(node: ImportedNode, terms: readonly (Term | null)[]): Term | null {
  if (node.domain !== '') return null;
  if (node.opType === 'Constant') return constantOf(node);
  const first = terms[0];
  if (first === undefined || first === null) return null;
  // PyTorch's exporter stores equal tensors once and copies them: each copy is a weight of its own.
  if (node.opType === 'Identity') return first.kind === 'constant' ? { ...first, name: node.outputs[0] as string } : first;
  if (node.opType === 'Shape') return shapeTerm(node, first);
  if (node.opType === 'Size') {
    const size = totalSize(shapeOfTerm(first));
    return size === null ? null : term('int64', [], [size], node);
  }
  const known = terms.map((input) => (input === null ? null : itemsOf(input)));
  if (known.some((input, i) => input === null && terms[i] !== null)) return null;
  const result = kernels[node.opType]?.(known.map((input) => input ?? absent), node);
  if (result === undefined || result === null || result.items.length > elementLimit) return null;
  const isMoved = movers.has(node.opType) && first.kind === 'constant';
  return term(result.type, result.shape, result.items, node, isMoved ? first : null);
}

/** Operators that only move elements: a weight stays one. */
const movers = new Set(['Reshape', 'Transpose', 'Squeeze', 'Unsqueeze', 'Flatten', 'Cast']);

function itemsOf(input: Term): Items | null {
  if (input.kind === 'sizes') return { type: 'int64', shape: input.shape, items: input.sizes };
  if (input.kind === 'value') return null;
  const { type, shape, data } = input.tensor;
  if (type === 'string' || type === 'float16' || data.length > elementLimit) return null;
  return { type, shape, items: Array.from(data as ArrayLike<number | bigint>, Number) };
}

function term(type: ElementType, shape: readonly number[], items: readonly Item[], node: ImportedNode, origin: Term | null = null): Term | null {
  const isSymbolic = items.some((item) => typeof item === 'string');
  if (isSymbolic) return type === 'int64' || type === 'int32' ? { kind: 'sizes', shape, sizes: items } : null;
  const tensor: ImportedTensor = { type, shape, data: fromNumbers(type, items as readonly number[]) };
  const isWeight = origin?.kind === 'constant' && origin.isWeight;
  return { kind: 'constant', tensor, name: node.outputs[0] as string, isWeight };
}

function shapeTerm(node: ImportedNode, input: Term): Term | null {
  const shape = shapeOfTerm(input);
  const part = shape.slice(intOf(node, 'start') ?? 0, intOf(node, 'end') ?? shape.length);
  return term('int64', [part.length], part, node);
}

function constantOf(node: ImportedNode): Term | null {
  const [entry] = Object.entries(node.attributes);
  if (entry === undefined) return null;
  const [, attribute] = entry;
  const named = (type: ElementType, shape: readonly number[], data: ConstantData): Term =>
    ({ kind: 'constant', tensor: { type, shape, data }, name: node.outputs[0] as string, isWeight: false });
  if ('tensor' in attribute) return constantTerm(attribute.tensor, node.outputs[0] as string, false);
  if ('int' in attribute) return named('int64', [], BigInt64Array.of(BigInt(attribute.int)));
  if ('float' in attribute) return named('float32', [], Float32Array.of(attribute.float));
  if ('ints' in attribute) return named('int64', [attribute.ints.length], BigInt64Array.from(attribute.ints, BigInt));
  if ('floats' in attribute) return named('float32', [attribute.floats.length], Float32Array.from(attribute.floats));
  return null;
}
