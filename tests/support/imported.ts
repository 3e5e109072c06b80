/** ONNX files of the fixtures, replayed: as models that can be run, and as networks that can be trained. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { floatTensor, floatsOf, openSession } from '../../electron/infer/session.ts';
import { gradients } from '../../electron/ml/autodiff.ts';
import { Graph } from '../../electron/ml/graph.ts';
import type { Value } from '../../electron/ml/graph.ts';
import type { InputShape } from '../../electron/ml/models/input-shape.ts';
import { imported } from '../../electron/ml/models/imported.ts';
import { defineNetwork, initialValues, Scope } from '../../electron/ml/network.ts';
import type { Network, Parameter } from '../../electron/ml/network.ts';
import type { ImportedModel } from '../../electron/ml/onnx-model.ts';
import { readOnnx } from '../../electron/ml/onnx-read.ts';
import { writeOnnx } from '../../electron/ml/onnx-write.ts';
import type { OutputSpec } from '../../electron/ml/output.ts';
import { replay } from '../../electron/ml/replay/replay.ts';
import type { Dim } from '../../electron/ml/shapes.ts';
import { createRandom } from '../../shared/math/random.ts';
import { ModelSpec } from '../../shared/domain/train-config.ts';
import type { ModelOf } from '../../shared/domain/train-config.ts';

/** The bytes of tests/fixtures/onnx/NAME.onnx. */
export function onnxFixture(name: string): Uint8Array {
  return readFileSync(fileURLToPath(new URL(`../fixtures/onnx/${name}.onnx`, import.meta.url)));
}

/** Numbers in [-1, 1) that are the same every time. */
export function noise(size: number, seed = 3): Float32Array {
  const random = createRandom(seed, 'noise');
  return Float32Array.from({ length: size }, () => random.unit() * 2 - 1);
}

/** The first output of the file itself, for `rows` rows of noise. */
export async function runFile(bytes: Uint8Array, rows: number, seed?: number): Promise<Float32Array> {
  const model = readOnnx(bytes);
  const [port, output] = [model.inputs[0]!, model.outputs[0]!];
  const dims = [rows, ...(port.shape ?? []).slice(1)] as number[];
  const session = await openSession(bytes, { threadCount: 1 });
  try {
    const outputs = await session.run({ [port.name]: floatTensor(noise(sizeOf(dims), seed), dims) });
    return floatsOf(outputs[output.name]);
  } finally {
    await session.release();
  }
}

/** The first output of the file replayed on our graph and written again, for the same rows. */
export async function runReplayed(bytes: Uint8Array, rows: number, seed?: number): Promise<Float32Array> {
  const graph = new Graph('replayed');
  const { x, y, model } = replayOn(graph, bytes, (parameter) => constantOf(graph, parameter), false);
  graph.output('replayed-output', y);
  const dims = [rows, ...x.shape.slice(1)] as number[];
  const session = await openSession(writeOnnx(graph), { threadCount: 1 });
  try {
    const outputs = await session.run({ [model.inputs[0]!.name]: floatTensor(noise(sizeOf(dims), seed), dims) });
    return floatsOf(outputs['replayed-output']);
  } finally {
    await session.release();
  }
}

/** Compares the gradient of each weight with a central difference along it; the largest relative error. */
export async function gradientError(bytes: Uint8Array, rows: number, isTrained: (layer: string) => boolean = () => true): Promise<number> {
  const graph = new Graph('gradients');
  const parameters: { parameter: Parameter; value: Value }[] = [];
  const { x, y, model } = replayOn(graph, bytes, (parameter) => {
    const value = graph.input(parameter.name, 'float32', parameter.shape);
    parameters.push({ parameter, value });
    return value;
  }, true, isTrained);
  const scope = new Scope(graph, source(graph, () => y));
  const { op } = scope;
  // Uneven weights, because the sum of a softmax is always 1.
  const width = y.shape.at(-1) as number;
  const weights = graph.constant('float32', [width], Float32Array.from({ length: width }, (_, i) => (i + 1) / width));
  const loss = op.reduceMean(op.square(op.add(op.mul(y, weights), op.scalar('float32', 0.3))), null, false);
  const trained = parameters.filter(({ parameter }) => parameter.isTrained);
  gradients(graph, loss, trained.map(({ value }) => value)).forEach((value, i) => graph.output(`gradient/${i}`, value));
  graph.output('loss', loss);
  const session = await openSession(writeOnnx(graph), { threadCount: 1 });
  try {
    const dims = [rows, ...x.shape.slice(1)] as number[];
    const feeds = Object.fromEntries(parameters.map(({ parameter }) => [parameter.name, floatTensor(valuesOf(parameter), parameter.shape)]));
    const input = { [model.inputs[0]!.name]: floatTensor(noise(sizeOf(dims)), dims) };
    const run = async (changed: typeof feeds) => session.run({ ...input, ...feeds, ...changed });
    const exact = await run({});
    let [worst, checkedCount] = [0, 0];
    for (const [i, { parameter }] of trained.entries()) {
      const gradient = floatsOf(exact[`gradient/${i}`]);
      const norm = Math.hypot(...gradient);
      if (norm < 1e-4) continue;
      checkedCount++;
      const step = 4e-3;
      const at = async (sign: number): Promise<number> => {
        const moved = valuesOf(parameter).map((value, k) => value + (sign * step * (gradient[k] as number)) / norm);
        return floatsOf((await run({ [parameter.name]: floatTensor(moved, parameter.shape) }))['loss'])[0] as number;
      };
      const measured = (await at(1) - await at(-1)) / (2 * step);
      worst = Math.max(worst, Math.abs(measured - norm) / norm);
    }
    return checkedCount === 0 ? Infinity : worst;
  } finally {
    await session.release();
  }
}

/** A fine-tuned network of a file, for a target of `outputs` classes (or of numbers when `output` says so). */
export function importedNetwork(
  bytes: Uint8Array, input: InputShape, outputWidth: number, changes: Partial<ModelOf<'imported'>> = {}, output?: OutputSpec,
): Network {
  const spec = ModelSpec.parse({ kind: 'imported', model: 'a'.repeat(64), fileName: 'model.onnx', freezeUpTo: null, replaceHead: false, ...changes });
  const classes = Array.from({ length: outputWidth }, (_, i) => String(i));
  const source = { model: readOnnx(bytes), output: output ?? { task: 'classification' as const, classes } };
  return defineNetwork(imported(spec as ModelOf<'imported'>, source, input, outputWidth));
}

interface Replayed {
  readonly x: Value;
  readonly y: Value;
  readonly model: ImportedModel;
}

function replayOn(
  graph: Graph, bytes: Uint8Array, parameter: (parameter: Parameter) => Value, isTraining: boolean, isTrained: (layer: string) => boolean = () => true,
): Replayed {
  const model = readOnnx(bytes);
  const port = model.inputs[0]!;
  const [batch, ...sizes] = port.shape ?? [];
  const x = graph.input(port.name, 'float32', ['batch', ...sizes] as Dim[]);
  const scope = new Scope(graph, { ...source(graph, parameter), isTraining });
  const y = replay(scope, model, {
    given: new Map([[port.name, x]]), wanted: model.outputs[0]!.name, fixedBatch: typeof batch === 'number' ? batch : null, isTrained,
  });
  return { x, y, model };
}

function source(graph: Graph, parameter: (parameter: Parameter) => Value): ConstructorParameters<typeof Scope>[1] {
  return {
    isTraining: true, parameter, uniform: (_stream, shape) => graph.freshInput('noise', 'float32', shape),
    buffer: ({ name, shape, initial }) => constantOf(graph, { name, shape, initial }),
  };
}

function constantOf(graph: Graph, tensor: Pick<Parameter, 'name' | 'shape' | 'initial'>): Value {
  return graph.constant('float32', tensor.shape, valuesOf(tensor), tensor.name);
}

function valuesOf(tensor: Pick<Parameter, 'shape' | 'initial'>): Float32Array {
  return initialValues([tensor], createRandom(1, 'weights'))[0] as Float32Array;
}

function sizeOf(dims: readonly number[]): number {
  return dims.reduce((size, dim) => size * dim, 1);
}
