/**
 * The training program: one ONNX model that runs a chunk of optimizer steps inside a Loop.
 * All state is carried by the loop; the caller feeds the outputs back as the next chunk's inputs.
 */
import { gradients } from './autodiff.ts';
import { limitGradients } from './gradient-limits.ts';
import { Graph } from './graph.ts';
import type { Value } from './graph.ts';
import { meanLoss, rowLosses, targetType } from './losses.ts';
import type { LossSpec } from './losses.ts';
import { scaledGradients, scaledUpdate, scalerTensors } from './loss-scaling.ts';
import { scopeOver } from './network.ts';
import type { Network, Parameter } from './network.ts';
import { ops } from './ops/index.ts';
import type { Ops } from './ops/index.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import { finishOutput } from './output.ts';
import { join, separate, updateGroup, updateGroups } from './update-groups.ts';
import type { GroupState, UpdateGroup } from './update-groups.ts';
import { readBatch, reverseRows } from './view.ts';
import type { BatchRows, DataInputs, View } from './view.ts';

/** Everything that decides the nodes of a training program. */
export interface Program {
  readonly network: Network;
  readonly loss: LossSpec;
  readonly view: View;
  readonly optimizer: Optimizer;
  /** Of the noise inside the network. */
  readonly seed: number;
  readonly hasWeights: boolean;
  readonly l1: number;
  readonly l2: number;
  readonly clipNorm: number | null;
  readonly clipValue: number | null;
  /** Batches whose gradients are averaged into one step. */
  readonly accumulate: number;
  readonly averageDecay: number | null;
  /** Whether pairs of rows are mixed; the share is an input per step. */
  readonly isMixed: boolean;
  /** Whether products are computed in float16, with the loss scaled so that small gradients survive; absent: all in float32. */
  readonly hasHalfProducts?: boolean;
}

/** A tensor that the loop carries. */
export interface StateTensor {
  /** Of the input; the output has "next/" before it. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: 'parameter' | 'slot' | 'buffer' | 'average' | 'scaler';
  /** Of the parameter or buffer it belongs to. */
  readonly of: string;
  /** Where a scaler starts. */
  readonly start?: number;
}

/** The state of a program, in order: parameters, slots, buffers, averages, the scaler of the loss. */
export function stateTensors({ network, optimizer, averageDecay, hasHalfProducts }: Pick<Program, 'network' | 'optimizer' | 'averageDecay' | 'hasHalfProducts'>): StateTensor[] {
  const trained = trainedParameters(network);
  const tensor = (role: StateTensor['role'], prefix: string) => ({ name, shape }: { name: string; shape: readonly number[] }): StateTensor =>
    ({ name: `${prefix}/${name}`, shape, role, of: name });
  return [
    ...trained.map(tensor('parameter', 'parameter')),
    ...optimizer.slots.flatMap((slot) => trained.map(tensor('slot', slot))),
    ...network.buffers.map(tensor('buffer', 'buffer')),
    ...(averageDecay === null ? [] : trained.map(tensor('average', 'average'))),
    ...(hasHalfProducts ? scalerTensors : []),
  ];
}

export function trainedParameters(network: Network): readonly Parameter[] {
  return network.parameters.filter(({ isTrained }) => isTrained);
}

/**
 * Inputs: the data of `dataInputs`, `batches` int32 [steps, accumulate * batch] (row numbers), one float32 [steps] under "at/NAME" for
 * each of the optimizer's numbers and the share of `isMixed`, `steps` and `firstStep` int64 scalars, frozen parameters, and the state.
 * Outputs: `losses` float32 [steps], and "next/..." for each state tensor. `steps` and the batch are free at run time.
 */
export function buildTrainingGraph(program: Program): Graph {
  const { network, optimizer } = program;
  const graph = new Graph('training');
  if (program.hasHalfProducts) graph.useHalfProducts();
  const op = ops(graph);
  const data = dataInputs(graph, program);
  const batches = graph.input('batches', 'int32', ['steps', program.accumulate > 1 ? 'rows-of-step' : 'batch']);
  const perStep = [...optimizer.scalars, ...(program.isMixed ? ['mix'] : [])].map((name) => graph.input(`at/${name}`, 'float32', ['steps']));
  const steps = graph.input('steps', 'int64', []);
  const firstStep = graph.input('firstStep', 'int64', []);
  const frozen = new Map(network.parameters.flatMap(({ name, shape, isTrained }) =>
    (isTrained ? [] : [[name, graph.input(`parameter/${name}`, 'float32', shape)] as const])));
  const state = new Map(stateTensors(program).map(({ name, shape }) => [name, graph.input(name, 'float32', shape)]));
  const groups = updateGroups(trainedParameters(network), optimizer);
  const roles = ['parameter', ...optimizer.slots, ...(program.averageDecay === null ? [] : ['average'])];
  const joined = groups.flatMap((group) => roles.map((role) => join(op, group, group.members.map(({ name }) => state.get(`${role}/${name}`) as Value))));
  const before = network.buffers.map(({ name }) => state.get(`buffer/${name}`) as Value);
  const scaler = program.hasHalfProducts ? scalerTensors.map(({ name }) => state.get(name) as Value) : [];

  const result = op.loop(steps, [...joined, ...before, ...scaler], (body, iteration, current) => {
    const inner = ops(body);
    const numbers = perStep.map((input) => inner.gather(input, iteration));
    const scaling = current.slice(joined.length + before.length);
    const pass = {
      program, data, frozen, step: inner.add(firstStep, iteration), mix: program.isMixed ? numbers.at(-1) as Value : null, lossScale: scaling[0] ?? null,
    };
    const rows = inner.gather(batches, iteration);
    const states = groups.map((_, i) => current.slice(i * roles.length, (i + 1) * roles.length));
    const own = ownState(inner, program, groups, states, current.slice(joined.length, joined.length + before.length));
    const { loss, flows, buffers } = program.accumulate > 1
      ? accumulated(inner, pass, rows, own)
      : differentiated(inner, pass, rows, own);
    const names = [...own.parameters.keys()];
    const limited = limitGradients(inner, program, own.parameters, flows);
    const updated = groups.flatMap((group, i) => updateGroup(
      inner, group, states[i] as GroupState, join(inner, group, group.members.map(({ name }) => limited[names.indexOf(name)] as Value)),
      { optimizer, averageDecay: program.averageDecay, numbers },
    ));
    const after = [...updated, ...buffers.values()];
    return { state: scaling.length > 0 ? scaledUpdate(inner, current, after, scaling, flows) : after, scans: [loss] };
  });

  const next = new Map<string, Value>(groups.flatMap((group, i) => roles.flatMap((role, k) =>
    [...separate(op, group, result.state[i * roles.length + k] as Value)].map(([name, value]) => [`${role}/${name}`, value] as const))));
  network.buffers.forEach(({ name }, i) => next.set(`buffer/${name}`, result.state[joined.length + i] as Value));
  scaler.forEach(({ name }, i) => next.set(name, result.state[joined.length + before.length + i] as Value));
  for (const name of state.keys()) graph.output(`next/${name}`, next.get(name) as Value);
  graph.output('losses', result.scans[0] as Value);
  return graph;
}

/**
 * The forward pass with the loss of each row. Inputs: the data, `rows` int32 [batch], all parameters and buffers.
 * Outputs: `output` (probabilities, or values in the target's scale; see `OutputSpec`) and `rowLosses` float32 [batch].
 */
export function buildEvaluationGraph(program: Pick<Program, 'network' | 'loss' | 'view' | 'hasWeights'>): Graph {
  const { network, loss, view } = program;
  const graph = new Graph('evaluation');
  const op = ops(graph);
  const data = dataInputs(graph, program);
  const rows = graph.input('rows', 'int32', ['batch']);
  const scope = scopeOver(graph, {
    parameters: new Map(network.parameters.map(({ name, shape }) => [name, graph.input(`parameter/${name}`, 'float32', shape)])),
    buffers: new Map(network.buffers.map(({ name, shape }) => [name, graph.input(`buffer/${name}`, 'float32', shape)])),
  }, null);
  const batch = readBatch(op, view, data, rows);
  const output = network.forward(scope, batch);
  graph.output('output', finishOutput(op, loss, output));
  graph.output('rowLosses', graph.inLayer('loss', () => rowLosses(op, loss, output, batch.target, scope.marked('embedding')).losses));
  return graph;
}

/** Declares the data of a program on a graph. */
export function dataInputs(graph: Graph, { network, loss, view, hasWeights }: Pick<Program, 'network' | 'loss' | 'view' | 'hasWeights'>): DataInputs {
  const { width, codeWidth } = view.kind === 'window' ? { width: view.width, codeWidth: 0 } : { width: network.featureWidth, codeWidth: network.codeWidth };
  return {
    x: width > 0 ? graph.input('x', 'float32', ['rows', width]) : null,
    codes: codeWidth > 0 ? graph.input('codes', 'int32', ['rows', codeWidth]) : null,
    y: graph.input('y', targetType(loss), ['rows']),
    w: hasWeights ? graph.input('w', 'float32', ['rows']) : null,
  };
}

interface OwnState {
  /** In the order of the trained parameters. */
  readonly parameters: ReadonlyMap<string, Value>;
  readonly buffers: ReadonlyMap<string, Value>;
}

function ownState(
  op: Ops, { network }: Program, groups: readonly UpdateGroup[], states: readonly GroupState[], buffers: readonly Value[],
): OwnState {
  const found = new Map(groups.flatMap((group, i) => [...separate(op, group, (states[i] as GroupState)[0] as Value)]));
  return {
    parameters: new Map(trainedParameters(network).map(({ name }) => [name, found.get(name) as Value])),
    buffers: new Map(network.buffers.map(({ name }, i) => [name, buffers[i] as Value])),
  };
}

/** What the pass over one batch is made of. */
export interface Pass {
  readonly program: Program;
  readonly data: DataInputs;
  readonly frozen: ReadonlyMap<string, Value>;
  /** Of the noise: int64 scalar. */
  readonly step: Value;
  readonly mix: Value | null;
  /** What the loss is multiplied by before it is differentiated, and gradients divided by after; null for 1. */
  readonly lossScale: Value | null;
}

interface Differentiated {
  readonly loss: Value;
  /** In the order of the trained parameters. */
  readonly flows: readonly Value[];
  readonly buffers: ReadonlyMap<string, Value>;
}

/** Loss and gradients of one batch. */
export function differentiated(op: Ops, pass: Pass, rows: Value, state: OwnState): Differentiated {
  const { network, loss, view, seed } = pass.program;
  const { graph } = op;
  const scope = scopeOver(graph, { parameters: new Map([...pass.frozen, ...state.parameters]), buffers: state.buffers }, {
    uniform: (stream, shape, like) => op.uniformNoise({ seed, stream, step: pass.step, shape, ...(like && { like }) }),
  });
  const batch = readBatch(op, view, pass.data, rows);
  const seen = pass.mix === null ? batch : mixed(op, batch, pass.mix);
  const output = network.forward(scope, seen);
  const value = graph.inLayer('loss', () => batchLoss(op, loss, output, batch, pass.mix, scope.marked('embedding')));
  return {
    loss: value,
    flows: pass.lossScale === null ? gradients(graph, value, [...state.parameters.values()]) : scaledGradients(op, value, pass.lossScale, [...state.parameters.values()]),
    buffers: new Map([...state.buffers].map(([name, before]) => [name, scope.updates.get(name) ?? before])),
  };
}

/** The batch whose features are mixed with those of the batch in reverse order; Zhang et al. 2018, mixup. */
function mixed(op: Ops, batch: BatchRows, share: Value): BatchRows {
  if (batch.features === null) throw op.graph.shapeError('mixup needs features that are numbers');
  const rest = op.sub(op.scalar('float32', 1), share);
  return { ...batch, features: op.add(op.mul(batch.features, share), op.mul(reverseRows(op, batch.features), rest)) };
}

function batchLoss(op: Ops, loss: LossSpec, output: Value, batch: BatchRows, mix: Value | null, embedding: Value | null): Value {
  const lossOf = (target: Value, weight: Value | null): Value => meanLoss(op, rowLosses(op, loss, output, target, embedding), weight);
  const own = lossOf(batch.target, batch.weight);
  if (mix === null) return own;
  const other = lossOf(reverseRows(op, batch.target), batch.weight === null ? null : reverseRows(op, batch.weight));
  return op.add(op.mul(own, mix), op.mul(other, op.sub(op.scalar('float32', 1), mix)));
}

/** The mean of loss and gradients over `accumulate` batches, in a loop of its own so that memory stays that of one batch. */
function accumulated(op: Ops, pass: Pass, rows: Value, state: OwnState): Differentiated {
  const { accumulate } = pass.program;
  const names = [...state.parameters.keys()];
  const zeros = [...state.parameters.values()].map((parameter) => op.mul(parameter, op.scalar('float32', 0)));
  const parts = op.reshape(rows, [accumulate, 'batch']);
  const count = op.scalar('int64', accumulate);
  const share = 1 / accumulate;
  const result = op.loop(count, [op.scalar('float32', 0), ...zeros, ...state.buffers.values()], (body, iteration, current) => {
    const inner = ops(body);
    const [lossSum, ...rest] = current as [Value, ...Value[]];
    const buffers = new Map([...state.buffers.keys()].map((name, i) => [name, rest[names.length + i] as Value]));
    const step = inner.add(inner.mul(pass.step, count), iteration);
    const one = differentiated(inner, { ...pass, step }, inner.gather(parts, iteration), { parameters: state.parameters, buffers });
    const weighted = (value: Value): Value => inner.mul(value, inner.scalar('float32', share));
    return {
      state: [
        inner.add(lossSum, weighted(one.loss)),
        ...one.flows.map((flow, i) => inner.add(rest[i] as Value, weighted(flow))),
        ...one.buffers.values(),
      ],
      scans: [],
    };
  });
  const [loss, ...rest] = result.state as [Value, ...Value[]];
  return {
    loss, flows: rest.slice(0, names.length),
    buffers: new Map([...state.buffers.keys()].map((name, i) => [name, rest[names.length + i] as Value])),
  };
}
