/** Looks into an ONNX file: its layers, and which of them can be trained, found by really building the gradients. */
import type { InspectedLayer, ModelInspection } from '../../shared/domain/model-inspection.ts';
import { AppError } from '../../shared/errors.ts';
import { gradients } from '../ml/autodiff.ts';
import { Graph } from '../ml/graph.ts';
import type { Value } from '../ml/graph.ts';
import { findCore, findHead } from '../ml/imported-core.ts';
import type { ImportedCore } from '../ml/imported-core.ts';
import { Scope } from '../ml/network.ts';
import type { ImportedModel } from '../ml/onnx-model.ts';
import { readOnnx } from '../ml/onnx-read.ts';
import { replay } from '../ml/replay/replay.ts';
import { staticSize } from '../ml/shapes.ts';
import type { Dim } from '../ml/shapes.ts';
import { checkModel } from './check-model.ts';

/** Sizes that are tried for axes the file leaves open. */
const guesses = [64, 224, 28, 16, 128] as const;

/** Checks and reads a model from outside. @throws model/malformed, model/refused */
export function readModel(bytes: Uint8Array): ImportedModel {
  checkModel(bytes);
  return readOnnx(bytes);
}

/** @throws model/malformed, model/refused when the file cannot be read at all. */
export function inspectModel(bytes: Uint8Array): ModelInspection {
  const model = readModel(bytes);
  const found = withProblem(() => findCore(model, true));
  const core = typeof found === 'string' ? null : found;
  const trial = core === null ? String(found) : withProblem(() => tryAll(model, core));
  const layers = typeof trial === 'string' ? untried(model, core, trial) : trial.layers;
  const width = core === null ? null : staticSize((core.port.shape ?? ['?']).slice(1));
  const head = core === null ? '' : withProblem(() => findHead(model, core));
  return {
    opset: model.opset, producer: model.producer, isOwn: core?.isOwn ?? false,
    inputs: model.inputs.map(({ name, type, shape }) => ({ name, type, shape: shape === null ? null : [...shape] })),
    outputs: model.outputs.map(({ name, type, shape }) => ({ name, type, shape: shape === null ? null : [...shape] })),
    layers,
    parameterCount: layers.reduce((sum, layer) => sum + layer.parameterCount, 0),
    featureWidth: width, outputWidth: typeof trial === 'string' ? null : trial.outputWidth,
    headLayer: typeof head === 'string' ? null : head.layer,
    warnings: warningsOf(model, core, layers),
    problem: typeof trial === 'string' ? trial : null,
  };
}

interface Trial {
  readonly layers: InspectedLayer[];
  readonly outputWidth: number | null;
}

/** Tries open sizes until one fits. */
function tryAll(model: ImportedModel, core: ImportedCore): Trial {
  const sizes = core.port.shape ?? ['batch', 'open'];
  const isOpen = sizes.slice(1).some((size) => typeof size === 'string');
  let problem: unknown = null;
  for (const guess of isOpen ? guesses : guesses.slice(0, 1)) {
    try {
      return tryTraining(model, core, ['batch', ...sizes.slice(1).map((size) => (typeof size === 'string' ? guess : size))]);
    } catch (error) {
      problem ??= error;
    }
  }
  throw problem;
}

/** Builds the gradients of all layers; where an operator has none, of the layers behind it, until it succeeds. */
function tryTraining(model: ImportedModel, core: ImportedCore, shape: readonly Dim[]): Trial {
  const names = core.layers.map(({ name }) => name);
  const reasons: string[] = [];
  for (let frozen = -1; ; ) {
    const built = buildOnce(model, core, shape, new Set(names.slice(0, frozen + 1)));
    const failure = built.trained.length === 0 ? null : noGradient(() => gradients(built.graph, built.loss, built.trained));
    if (failure === null) {
      const layers = names.map((name, i) => ({
        name, operators: [...(built.operators.get(name) ?? [])], parameterCount: built.parameterCounts.get(name) ?? 0,
        canTrain: reasons[i] === undefined, reason: reasons[i] ?? null,
      }));
      return { layers: layers.filter(({ operators }) => operators.length > 0), outputWidth: built.outputWidth };
    }
    const next = Math.max(frozen + 1, names.indexOf(failure.layer));
    for (let i = frozen + 1; i <= next; i++) reasons[i] = failure.reason;
    frozen = next;
  }
}

interface Built {
  readonly graph: Graph;
  readonly loss: Value;
  readonly trained: readonly Value[];
  readonly operators: ReadonlyMap<string, ReadonlySet<string>>;
  readonly parameterCounts: ReadonlyMap<string, number>;
  readonly outputWidth: number | null;
}

function buildOnce(model: ImportedModel, core: ImportedCore, shape: readonly Dim[], frozen: ReadonlySet<string>): Built {
  const graph = new Graph('inspection');
  const trained: Value[] = [];
  const operators = new Map<string, Set<string>>();
  const parameterCounts = new Map<string, number>();
  const scope = new Scope(graph, {
    isTraining: true,
    parameter: ({ name, shape: own, isTrained }) => {
      const value = graph.freshInput(name, 'float32', own);
      const layer = name.slice(0, name.lastIndexOf('.'));
      parameterCounts.set(layer, (parameterCounts.get(layer) ?? 0) + own.reduce((size, dim) => size * dim, 1));
      if (isTrained) trained.push(value);
      return value;
    },
    buffer: ({ name, shape: own }) => graph.freshInput(name, 'float32', own),
    uniform: (_stream, own) => graph.freshInput('noise', 'float32', own),
  });
  const [batch] = core.port.shape ?? [];
  const output = replay(scope, model, {
    given: new Map([[core.features, graph.input('features', 'float32', shape)]]), wanted: core.logits,
    fixedBatch: typeof batch === 'number' ? batch : null, isTrained: (layer) => !frozen.has(layer),
    onNode: ({ layer, opType }) => operators.set(layer, (operators.get(layer) ?? new Set()).add(opType)),
  });
  const loss = scope.op.reduceSum(output, null, false);
  return { graph, loss, trained, operators, parameterCounts, outputWidth: staticSize(output.shape.slice(1)) };
}

/** The layer of the operator without gradient, and the sentence about it. */
function noGradient(build: () => unknown): { layer: string; reason: string } | null {
  try {
    build();
    return null;
  } catch (error) {
    if (!(error instanceof AppError) || (error.failure.code !== 'model/no-gradient' && error.failure.code !== 'model/shape')) throw error;
    return { layer: String(error.failure.details['layer']).replace(/\/gradient$/, ''), reason: error.failure.what };
  }
}

/** The layers as the file names them, when nothing could be built. */
function untried(model: ImportedModel, core: ImportedCore | null, reason: string): InspectedLayer[] {
  return (core?.layers ?? model.layers).map(({ name, operators, parameterCount }) =>
    ({ name, operators: [...operators], parameterCount, canTrain: false, reason }));
}

function warningsOf(model: ImportedModel, core: ImportedCore | null, layers: readonly InspectedLayer[]): string[] {
  const warnings: string[] = [];
  // What only prepares raw columns is not trained.
  const used = core === null ? null : new Set(core.nodes.flatMap(({ inputs }) => inputs));
  const types = new Set([...model.tensors].filter(([name]) => used === null || used.has(name)).map(([, { type }]) => type));
  for (const type of ['float16', 'float64'] as const) {
    if (types.has(type)) warnings.push(`It has numbers of type ${type}; they are trained and written as float32.`);
  }
  if (core === null) return warnings;
  const [batch] = core.port.shape ?? [];
  if (typeof batch === 'number') warnings.push(`It was written for ${batch} row${batch === 1 ? '' : 's'} at a time; it is trained and written for any number.`);
  if (core.cut !== null) warnings.push(`The ${core.cut} at its end belongs to the loss while it trains; the written model has it.`);
  const fixed = layers.filter(({ canTrain, parameterCount }) => !canTrain && parameterCount > 0);
  if (fixed.length > 0 && fixed.length < layers.length) warnings.push(`Freeze up to "${(fixed.at(-1) as InspectedLayer).name}" at least: ${(fixed.at(-1) as InspectedLayer).reason}`);
  return warnings;
}

/** What `build` gives, or the sentence of the failure that a person can act on. */
function withProblem<T>(build: () => T): T | string {
  try {
    return build();
  } catch (error) {
    if (error instanceof AppError) return error.failure.what;
    throw error;
  }
}
