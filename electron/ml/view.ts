/** How a batch of row numbers becomes what the network sees: the rows themselves, or windows of rows that end there. */
import type { Value } from './graph.ts';
import type { Batch } from './network.ts';
import type { Ops } from './ops/index.ts';

export type View =
  | { readonly kind: 'rows' }
  /** The features of rows r-steps+1..r (row 0 repeated before the first), and the targets of rows r+1..r+horizon; of classes the next row's. */
  | { readonly kind: 'window'; readonly width: number; readonly steps: number; readonly horizon: number };

/** The data of a graph: all rows. */
export interface DataInputs {
  /** float32 [rows, width]. */
  readonly x: Value | null;
  /** int32 [rows, codeWidth]. */
  readonly codes: Value | null;
  /** [rows]: int32 classes or float32 values. */
  readonly y: Value;
  /** float32 [rows]: weights of rows in the loss. */
  readonly w: Value | null;
}

export interface BatchRows extends Batch {
  /** Classes int32 [batch], or values float32 [batch, targets]. */
  readonly target: Value;
  /** float32 [batch]. */
  readonly weight: Value | null;
}

/** Reads the rows int32 [batch] of the data. */
export function readBatch(op: Ops, view: View, data: DataInputs, rows: Value): BatchRows {
  const weight = data.w === null ? null : op.gather(data.w, rows);
  if (view.kind === 'rows') {
    const target = op.gather(data.y, rows);
    return {
      features: data.x === null ? null : op.gather(data.x, rows),
      codes: data.codes === null ? null : op.gather(data.codes, rows),
      target: target.type === 'float32' ? op.unsqueeze(target, [1]) : target,
      weight,
    };
  }
  const { steps, width, horizon } = view;
  const column = op.unsqueeze(rows, [1]);
  const ahead = op.add(column, op.graph.constant('int32', [1, horizon], Int32Array.from({ length: horizon }, (_, i) => i + 1), 'ahead'));
  return {
    features: op.reshape(op.gather(data.x as Value, windowRows(op, rows, steps)), [rows.shape[0] as string, steps * width]),
    codes: null, target: data.y.type === 'int32' ? op.gather(data.y, op.add(rows, op.scalar('int32', 1))) : op.gather(data.y, ahead), weight,
  };
}

/** The rows of the windows that end at `rows`: int32 [batch, steps], clamped at 0. */
export function windowRows(op: Ops, rows: Value, steps: number): Value {
  const back = op.graph.constant('int32', [1, steps], Int32Array.from({ length: steps }, (_, i) => i - steps + 1), 'back');
  return op.max(op.add(op.unsqueeze(rows, [1]), back), op.scalar('int32', 0));
}

/** The rows of a batch in reverse order. Nothing flows back through it. */
export function reverseRows(op: Ops, x: Value): Value {
  const { graph } = op;
  const inputs = [x, graph.integers([-1]), graph.integers([-(2 ** 31)]), graph.integers([0]), graph.integers([-1])];
  return graph.emitOne('Slice', inputs, x.type, x.shape);
}
