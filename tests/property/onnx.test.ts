import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectModel } from '../../electron/infer/inspect-model.ts';
import { Graph } from '../../electron/ml/graph.ts';
import type { Value } from '../../electron/ml/graph.ts';
import { buildInferenceGraph } from '../../electron/ml/inference-graph.ts';
import { initialState } from '../../electron/ml/network.ts';
import { readOnnx } from '../../electron/ml/onnx-read.ts';
import { writeOnnx } from '../../electron/ml/onnx-write.ts';
import { ops } from '../../electron/ml/ops/index.ts';
import type { Ops } from '../../electron/ml/ops/index.ts';
import { buildTrainingGraph } from '../../electron/ml/training-graph.ts';
import { prepareTraining } from '../../electron/ml/training-set.ts';
import { AppError } from '../../shared/errors.ts';
import { onnxFixture } from '../support/imported.ts';
import { crossEntropy, programOf, tableNetwork } from '../support/programs.ts';
import { rebuildGraph } from '../support/rebuild-graph.ts';
import { penguinConfig, penguins } from '../support/train-config.ts';

/** One step of a random program on x [batch, width]. */
type Step = (op: Ops, x: Value, number: number) => Value;

const width = (x: Value): number => x.shape[1] as number;
const constant = (op: Ops, shape: readonly number[], seed: number): Value =>
  op.graph.constant('float32', shape, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + i)), 'weight');

const steps: readonly Step[] = [
  (op, x) => op.relu(x),
  (op, x, number) => op.leakyRelu(x, 0.1 * (number + 1)),
  (op, x, number) => op.mul(x, op.scalar('float32', number - 0.5)),
  (op, x, number) => op.gemm(x, constant(op, [width(x), number + 1], number), { bias: constant(op, [number + 1], 1) }),
  (op, x) => op.softmax(x),
  (op, x) => op.concat([x, op.neg(x)], 1),
  (op, x) => op.sub(x, op.reduceMean(x, [1], true)),
  (op, x) => op.transpose(op.transpose(x, [1, 0]), [1, 0]),
  (op, x) => op.reshape(op.unsqueeze(x, [2]), ['batch', width(x)]),
  (op, x) => op.slice(x, 1, 0, Math.max(1, width(x) - 1)),
  (op, x) => op.where(op.greater(x, op.scalar('float32', 0)), x, op.exp(x)),
  (op, x, number) => op.gather(x, op.graph.constant('int64', [2], BigInt64Array.of(0n, BigInt(number % width(x))), 'indices'), 1),
  (op, x) => op.loop(op.graph.constant('int64', [], BigInt64Array.of(3n), 'trips'), [x], (body, _iteration, [state]) => {
    const inner = ops(body);
    return { state: [inner.add(inner.tanh(state!), x)], scans: [inner.reduceSum(state!, null, false)] };
  }).state[0]!,
];

/** Reading and writing again must lose nothing. */
function expectFixed(bytes: Uint8Array): void {
  const model = readOnnx(bytes);
  const again = writeOnnx(rebuildGraph(model), Object.fromEntries(model.metadata));
  expect(Buffer.compare(Buffer.from(again), Buffer.from(bytes))).toBe(0);
}

describe('reading what we wrote', () => {
  it('and writing it again gives the same bytes, for any graph', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(steps.length - 1), fc.nat(3)), { minLength: 1, maxLength: 12 }), fc.nat(4), (choices, extra) => {
      const graph = new Graph('random');
      const op = ops(graph);
      let x = graph.input('x', 'float32', ['batch', extra + 1]);
      choices.forEach(([choice, number], i) => {
        x = graph.inLayer(`layer${i}`, () => steps[choice]!(op, x, number));
        if (number === 0) graph.output(`between/${i}`, x);
      });
      graph.output('y', x);
      expectFixed(writeOnnx(graph, { note: 'of a test' }));
    }), { numRuns: 200 });
  });

  it('and writing it again gives the same bytes for a training program with its loop', () => {
    const network = tableNetwork({ kind: 'mlp', hidden: [5, 4], dropout: 0.2 }, 3, 3);
    expectFixed(writeOnnx(buildTrainingGraph(programOf(network, crossEntropy(3), { averageDecay: 0.99 }))));
  });

  it('and writing it again gives the same bytes for a model of raw columns with words', () => {
    const set = prepareTraining(penguinConfig(), penguins());
    const { parameters, buffers } = initialState(set.network, 1);
    const weights = new Map([
      ...set.network.parameters.map(({ name }, i) => [name, parameters[i]!] as const), ...set.network.buffers.map(({ name }, i) => [name, buffers[i]!] as const),
    ]);
    expectFixed(writeOnnx(buildInferenceGraph({ ...set, columns: set.encoding.columns, weights }).graph));
  });
});

describe('a damaged ONNX file', () => {
  it('gets a verdict whatever byte is changed or cut off, never another error', () => {
    for (const name of ['mlp', 'cnn', 'old', 'fixed', 'recurrent']) {
      const sound = onnxFixture(name);
      fc.assert(fc.property(fc.nat(sound.length - 1), fc.nat(255), fc.integer({ min: 1, max: sound.length }), fc.boolean(), (at, byte, length, isCut) => {
        const bytes = Uint8Array.from(isCut ? sound.subarray(0, length) : sound);
        if (at < bytes.length) bytes[at] = byte;
        try {
          inspectModel(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }), { numRuns: 150 });
    }
  });
});
