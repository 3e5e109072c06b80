/** Matrix products. */
import type { GradientRule } from '../autodiff.ts';
import type { Graph, Value } from '../graph.ts';
import { broadcastShapes, formatShape } from '../shapes.ts';
import { operands } from './elementwise.ts';

/** a [.., n, k] times b [.., k, m]: [.., n, m]; leading sizes broadcast. Both of rank 2 or more. */
export function matMul(graph: Graph, a: Value, b: Value): Value {
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const isFitting = a.shape.length >= 2 && b.shape.length >= 2 && a.shape.at(-1) === b.shape.at(-2);
  if (!isFitting || batch === null) throw mismatch(graph, 'MatMul', a, b);
  return graph.emitOne('MatMul', [a, b], a.type, [...batch, a.shape.at(-2) as number, b.shape.at(-1) as number]);
}
export const matMulGradient: GradientRule = (op, node, dy) => {
  const [a, b] = operands(node.inputs);
  return [
    () => op.unbroadcast(op.matMul(dy, op.transpose(b, swapLast(b.shape.length))), a.shape),
    () => op.unbroadcast(op.matMul(op.transpose(a, swapLast(a.shape.length)), dy), b.shape),
  ];
};

export interface GemmOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Added to the product; broadcasts to [n, m]. */
  readonly bias?: Value;
}

/** A B + bias with A [n, k] (or its transpose) and B [k, m] (or its transpose): [n, m]. */
export function gemm(graph: Graph, a: Value, b: Value, options: GemmOptions = {}): Value {
  const { transposeA = false, transposeB = false, bias } = options;
  const left = transposeA ? [...a.shape].reverse() : a.shape;
  const right = transposeB ? [...b.shape].reverse() : b.shape;
  if (left.length !== 2 || right.length !== 2 || left[1] !== right[0]) throw mismatch(graph, 'Gemm', a, b);
  const shape = [left[0] as number, right[1] as number];
  if (bias !== undefined && broadcastShapes(bias.shape, shape)?.length !== 2) throw mismatch(graph, 'Gemm bias', a, bias);
  return graph.emitOne('Gemm', bias === undefined ? [a, b] : [a, b, bias], a.type, shape, {
    transA: { int: Number(transposeA) }, transB: { int: Number(transposeB) },
  });
}
export const gemmGradient: GradientRule = (op, node, dy) => {
  const [a, b, bias] = operands(node.inputs) as [Value, Value, Value | undefined];
  const transposeA = isSet(node.attributes['transA']);
  const transposeB = isSet(node.attributes['transB']);
  const rules: (() => Value)[] = [
    () => (transposeA
      ? op.gemm(b, dy, { transposeA: transposeB, transposeB: true })
      : op.gemm(dy, b, { transposeB: !transposeB })),
    () => (transposeB
      ? op.gemm(dy, a, { transposeA: true, transposeB: transposeA })
      : op.gemm(a, dy, { transposeA: !transposeA })),
  ];
  if (bias !== undefined) rules.push(() => op.unbroadcast(dy, bias.shape));
  return rules;
};

function isSet(attribute: unknown): boolean {
  return (attribute as { int?: number } | undefined)?.int === 1;
}

function swapLast(rank: number): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return [...axes.slice(0, -2), rank - 1, rank - 2];
}

function mismatch(graph: Graph, opType: string, a: Value, b: Value): Error {
  return graph.shapeError(`${opType} of "${a.name}" ${formatShape(a.shape)} and "${b.name}" ${formatShape(b.shape)}`);
}
