/** Whether a training fits into this computer's memory, estimated before it starts: a computer that swaps is worse than a refusal. */
import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { rowCountOf } from '../../shared/domain/column-data.ts';
import { fail } from '../../shared/errors.ts';
import type { Graph, GraphNode } from '../ml/graph.ts';
import { buildEvaluationGraph, buildTrainingGraph, stateTensors } from '../ml/training-graph.ts';
import type { Program } from '../ml/training-graph.ts';
import type { TrainingSet } from '../ml/training-set.ts';

/** Node, ONNX Runtime and DuckDB, before anything is read. */
const baseBytes = 250e6;
/** Two shards, a block and its raw columns, and what DuckDB reads ahead. */
const streamedBytes = 700e6;
/** ONNX Runtime reuses the memory of values that are no longer needed: about half of all are alive at once. */
const aliveShare = 0.5;

export interface MemoryNeed {
  readonly set: Pick<TrainingSet, 'columns' | 'encoding' | 'order'>;
  readonly program: Program;
  readonly stepRows: number;
  readonly isStreamed: boolean;
}

/** Bytes at the peak of a training, roughly: data, state (with the copies of a chunk's start, the best epoch and a checkpoint), a batch. */
export function memoryNeeded({ set, program, stepRows, isStreamed }: MemoryNeed): number {
  const state = stateTensors(program).reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
  const weights = program.network.parameters.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
  const columns = [...set.columns.values()].reduce((sum, column) => sum + rowCountOf(column) * (column.kind === 'number' ? 8 : 4), 0);
  const matrix = isStreamed ? streamedBytes : set.order.length * 4 * (set.encoding.width + set.encoding.codeWidth + 2);
  return baseBytes + columns + matrix + 5 * state + 2 * weights + aliveShare * activationBytes(buildTrainingGraph(program), stepRows / program.accumulate);
}

/** The most rows that are evaluated at a time: of wide networks few, so that a slice takes little memory and time. Depends on the network alone. */
export function evaluationRowsOf(program: Pick<Program, 'network' | 'loss' | 'view' | 'hasWeights'>): number {
  const perRow = activationBytes(buildEvaluationGraph(program), 1);
  return Math.max(32, Math.min(8192, Math.floor(2 ** 26 / Math.max(1, perRow))));
}

/** @throws train/memory when less is available. */
export function requireMemory(neededBytes: number, availableBytes: number = availableMemory()): void {
  if (neededBytes <= availableBytes) return;
  throw fail('train/memory', { neededMb: Math.ceil(neededBytes / 1e6), availableMb: Math.floor(availableBytes / 1e6) });
}

/** What can be taken without swapping: by Linux's own estimate and the limit of the control group, else the free memory. */
export function availableMemory(): number {
  const system = memAvailable() ?? freemem();
  const limits = [cgroupRoom('/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory.current', '/sys/fs/cgroup/memory.stat', 'inactive_file'),
    cgroupRoom('/sys/fs/cgroup/memory/memory.limit_in_bytes', '/sys/fs/cgroup/memory/memory.usage_in_bytes', '/sys/fs/cgroup/memory/memory.stat', 'total_inactive_file')];
  return Math.min(system, ...limits.filter((room) => room !== null));
}

function memAvailable(): number | null {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(read('/proc/meminfo') ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** What a control group still allows; file caches that can be dropped do not count as used. Null without a limit. */
function cgroupRoom(limitPath: string, usagePath: string, statPath: string, cacheKey: string): number | null {
  const [limit, usage] = [Number(read(limitPath) ?? NaN), Number(read(usagePath) ?? NaN)];
  if (!Number.isFinite(limit) || !Number.isFinite(usage) || limit > 2 ** 50) return null;
  const cache = Number(new RegExp(`^${cacheKey} (\\d+)$`, 'm').exec(read(statPath) ?? '')?.[1] ?? 0);
  return Math.max(0, limit - usage + cache);
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return null; // not Linux, or not this version of control groups
  }
}

/** Bytes of all values that nodes make for `batch` rows; dims without a number otherwise count as 1. */
function activationBytes(graph: Graph, batch: number): number {
  return nodesOf(graph).reduce((sum, { outputs }) => sum + outputs.reduce((own, { shape }) =>
    own + 4 * shape.reduce<number>((size, dim) => size * (typeof dim === 'number' ? dim : lengthOf(dim, batch)), 1), 0), 0);
}

/** Symbolic sizes may be products, such as "49*batch". */
function lengthOf(dim: string, batch: number): number {
  return dim.split('*').reduce((size, factor) => size * (factor.startsWith('batch') ? batch : Number(factor) || 1), 1);
}

function nodesOf(graph: Graph): GraphNode[] {
  return graph.nodes.flatMap((node) => [node, ...Object.values(node.attributes).flatMap((attribute) => ('graph' in attribute ? nodesOf(attribute.graph) : []))]);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dim) => size * dim, 1);
}
