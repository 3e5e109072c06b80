/**
 * Shapes of tensors. A dimension is a number or the name of a symbolic size such as "batch";
 * two symbolic sizes are equal only when their names are.
 */
export type Dim = number | string;
export type Shape = readonly Dim[];

/** A shape as text for error messages, for example "[batch, 10]". */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/**
 * The common shape of two operands under ONNX multidirectional broadcasting, or null when they do not fit.
 * A symbolic size fits itself and 1.
 */
export function broadcastShapes(a: Shape, b: Shape): Shape | null {
  const rank = Math.max(a.length, b.length);
  const result: Dim[] = [];
  for (let i = 0; i < rank; i++) {
    const left = a[a.length - rank + i] ?? 1;
    const right = b[b.length - rank + i] ?? 1;
    if (left === right || right === 1) result.push(left);
    else if (left === 1) result.push(right);
    else return null;
  }
  return result;
}

/** Resolves negative axes, sorts them and refuses ones out of range or given twice (null). */
export function normalizeAxes(axes: readonly number[], rank: number): readonly number[] | null {
  const resolved = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
  const isValid = resolved.every((axis, i) => Number.isInteger(axis) && axis >= 0 && axis < rank && axis !== resolved[i - 1]);
  return isValid ? resolved : null;
}

/** The number of elements, or null when a size is symbolic. */
export function staticSize(shape: Shape): number | null {
  let size = 1;
  for (const dim of shape) {
    if (typeof dim === 'string') return null;
    size *= dim;
  }
  return size;
}

export function isStatic(shape: Shape): shape is readonly number[] {
  return shape.every((dim) => typeof dim === 'number');
}
