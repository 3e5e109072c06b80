/** A model of a file, trained on: replayed on our graph, frozen up to a layer, with a new last layer where that is asked for. */
import type { ModelOf } from '../../../shared/domain/train-config.ts';
import { fail } from '../../../shared/errors.ts';
import type { Value } from '../graph.ts';
import { findCore, findHead } from '../imported-core.ts';
import type { ImportedCore } from '../imported-core.ts';
import { dense } from '../layers/dense.ts';
import type { Architecture, Scope } from '../network.ts';
import type { ImportedModel } from '../onnx-model.ts';
import type { OutputSpec } from '../output.ts';
import { replay } from '../replay/replay.ts';
import { formatShape } from '../shapes.ts';
import type { Dim, Shape } from '../shapes.ts';
import { codeWidthOf, featureWidthOf } from './input-shape.ts';
import type { InputShape } from './input-shape.ts';

export interface ImportedSource {
  readonly model: ImportedModel;
  /** What the outputs mean: a model of values gives them in the target's unit, and the loss takes them scaled. */
  readonly output: OutputSpec;
}

/**
 * The network of a read model for rows like `input`.
 * @throws model/import-input, model/unknown-layer, model/no-head; on tracing model/import-output, model/all-frozen, model/refused, model/shape.
 */
export function imported(spec: ModelOf<'imported'>, { model, output }: ImportedSource, input: InputShape, outputWidth: number): Architecture {
  const isClassifier = output.task === 'classification';
  const core = findCore(model, isClassifier);
  const seen = seenAs(core, input);
  const head = spec.replaceHead ? findHead(model, core) : null;
  const lastFrozen = frozenIndex(core, spec.freezeUpTo);
  const frozen = new Set(core.layers.slice(0, lastFrozen + 1).map(({ name }) => name));
  return {
    featureWidth: featureWidthOf(input), codeWidth: 0, outputWidth,
    forward(scope, { features }) {
      const x = arranged(scope, features as Value, seen);
      let trainedCount = 0;
      const y = replay(scope, model, {
        given: new Map([[core.features, x]]), wanted: head?.input ?? core.logits, fixedBatch: seen.fixedBatch,
        isTrained: (layer) => !frozen.has(layer) && ++trainedCount > 0,
      });
      if (head !== null) {
        const rows = flattened(scope, head.isColumns ? scope.op.transpose(y, [1, 0]) : y, head.layer);
        scope.mark('embedding', rows);
        return dense(scope, freeName('head', model), rows, outputWidth, 'glorot');
      }
      if (trainedCount === 0) throw fail('model/all-frozen', { layer: String(spec.freezeUpTo) });
      const logits = flattened(scope, y, core.layers.at(-1)?.name ?? 'output');
      if (logits.shape[1] !== outputWidth) {
        throw fail('model/import-output', { found: numbers(logits.shape[1] as Dim), needed: numbers(outputWidth) });
      }
      return isClassifier || core.isOwn ? logits : scaled(scope, logits, output);
    },
  };
}

/** How rows of features become the input of the model. */
interface Seen {
  /** Sizes of the features as the data has them, and how their axes are reordered. */
  readonly shape: Shape;
  readonly order: readonly number[] | null;
  readonly fixedBatch: number | null;
}

/** @throws model/import-input with both shapes */
function seenAs({ port, isOwn }: ImportedCore, input: InputShape): Seen {
  const width = featureWidthOf(input);
  // Our own networks take flat rows and arrange them themselves.
  const natural = isOwn ? [width] : naturalShape(input);
  if (codeWidthOf(input) > 0) throw misfit(port.shape, 'numbers of words or categories');
  if (port.shape === null) return { shape: ['batch', ...natural], order: null, fixedBatch: null };
  const [batch, ...sizes] = port.shape;
  const fixedBatch = typeof batch === 'number' ? batch : null;
  if (fits(sizes, natural)) return { shape: ['batch', ...natural], order: null, fixedBatch };
  // Pictures with their colours last, and series with their channels first.
  const order = natural.length === 3 ? [1, 2, 0] : [1, 0];
  if (natural.length > 1 && fits(sizes, order.map((axis) => natural[axis] as number))) {
    return { shape: ['batch', ...natural], order: [0, ...order.map((axis) => axis + 1)], fixedBatch };
  }
  const open = sizes.filter((size) => typeof size === 'string').length;
  const known = sizes.reduce<number>((product, size) => (typeof size === 'number' ? product * size : product), 1);
  if (batch === undefined || open > 1 || (open === 0 ? known !== width : width % known !== 0)) throw misfit(port.shape, describe(input));
  return { shape: ['batch', ...sizes.map((size) => (typeof size === 'number' ? size : width / known))], order: null, fixedBatch };
}

function naturalShape(input: InputShape): number[] {
  switch (input.kind) {
    case 'image': return [input.channels, input.height, input.width];
    case 'series': return [input.steps, input.channels];
    default: return [featureWidthOf(input)];
  }
}

function fits(sizes: Shape, wanted: readonly number[]): boolean {
  return sizes.length === wanted.length && sizes.every((size, i) => typeof size === 'string' || size === wanted[i]);
}

function describe(input: InputShape): string {
  const width = featureWidthOf(input);
  return input.kind === 'table' ? `${width} numbers per row` : `${naturalShape(input).join(' x ')} = ${width} numbers per row`;
}

function misfit(needed: Shape | null, found: string): Error {
  return fail('model/import-input', { needed: needed === null ? 'numbers' : formatShape(needed), found });
}

function arranged(scope: Scope, features: Value, { shape, order }: Seen): Value {
  const batch = features.shape[0] as Dim;
  const x = shape.length === 2 ? features : scope.op.reshape(features, [batch, ...shape.slice(1)]);
  return order === null ? x : scope.op.transpose(x, order);
}

/** [batch, n], of what may have axes of size 1 behind. */
function flattened(scope: Scope, y: Value, layer: string): Value {
  const [batch, ...sizes] = y.shape;
  const wide = sizes.filter((size) => size !== 1);
  if (batch === undefined || wide.length > 1 || wide.some((size) => typeof size !== 'number')) {
    throw fail('model/refused', { reason: `layer "${layer}" gives ${formatShape(y.shape)}, not one row of numbers per row of data` });
  }
  return y.shape.length === 2 ? y : scope.op.reshape(y, [batch, (wide[0] ?? 1)]);
}

/** Values in the target's unit become deviations from its mean. */
function scaled(scope: Scope, values: Value, output: OutputSpec): Value {
  const { op } = scope;
  if (output.task !== 'regression' || output.isLog) return values;
  return op.div(op.sub(values, op.scalar('float32', output.mean)), op.scalar('float32', output.deviation));
}

function frozenIndex({ layers }: ImportedCore, freezeUpTo: string | null): number {
  if (freezeUpTo === null) return -1;
  const index = layers.findIndex(({ name }) => name === freezeUpTo);
  if (index < 0) throw fail('model/unknown-layer', { layer: freezeUpTo, layers: layers.map(({ name }) => name).join(', ') });
  return index;
}

function freeName(stem: string, { layers }: ImportedModel): string {
  let name = `new-${stem}`;
  while (layers.some((layer) => layer.name === name)) name = `new-${name}`;
  return name;
}

function numbers(count: Dim): string {
  return count === 1 ? '1 number' : `${count} numbers`;
}
