/**
 * Checkpoints: everything that the rest of a run depends on - state tensors, position, what was decided so far - as the
 * bytes of one file. A run that goes on from one gives the same bits as if it had never stopped.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { MetricPoint, MetricValues } from '../../shared/domain/runs.ts';
import type { TrainConfig } from '../../shared/domain/train-config.ts';
import { floatsNamed, readTensorFile, writeTensorFile } from './tensor-file.ts';
import type { FileArray } from './tensor-file.ts';
import type { Trace } from './trace.ts';

const version = 1;

/** What a checkpoint belongs to; one of something else is refused. */
export interface Identity {
  /** Of the configuration without what changes no number; see `configHash`. */
  readonly config: string;
  /** Of the training graph. */
  readonly graph: string;
  /** Of the table. */
  readonly data: string;
}

const Score = z.object({ loss: z.number(), values: MetricValues, confusion: z.array(z.array(z.number())).nullable() });

/** How far a run is, and what it has decided. */
const Progress = z.object({
  /** Epochs done. */
  epochCount: z.number().int(),
  /** Rows done of the epoch after these, and the sum of their losses. */
  offset: z.number().int(),
  lossSum: z.number(),
  stepCount: z.number().int(),
  best: z.object({ epoch: z.number().int(), score: Score }).nullable(),
  plateau: z.object({ factor: z.number(), waited: z.number().int(), best: z.number().nullable() }),
  history: z.array(MetricPoint),
  elapsedMs: z.number(),
  trainedRows: z.number(),
  trainedMs: z.number(),
});
export type RunProgress = z.infer<typeof Progress>;

const Head = z.object({
  kind: z.literal('checkpoint'), version: z.literal(version),
  identity: z.object({ config: z.string(), graph: z.string(), data: z.string() }),
  tensors: z.array(z.string()), weights: z.array(z.string()), progress: Progress,
});

export interface Checkpoint {
  readonly identity: Identity;
  readonly progress: RunProgress;
  /** The trainer's state, by tensor name. */
  readonly state: ReadonlyMap<string, Float32Array>;
  /** Weights of the best epoch; null before there is one. */
  readonly bestWeights: ReadonlyMap<string, Float32Array> | null;
  readonly trace: Trace;
}

/** The hash of everything in a configuration that numbers depend on: not the provider, which a run may go on with on another computer. */
export function configHash({ provider: _provider, checkpointSeconds: _seconds, ...config }: TrainConfig): string {
  return sha256(sorted(config));
}

export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The bytes of a checkpoint. Cost: a copy of the state. */
export function encodeCheckpoint({ identity, progress, state, bestWeights, trace }: Checkpoint): Uint8Array {
  const arrays = new Map<string, FileArray>();
  for (const [name, values] of state) arrays.set(`state/${name}`, values);
  for (const [name, values] of bestWeights ?? []) arrays.set(`best/${name}`, values);
  arrays.set('trace/losses', trace.losses).set('trace/epochSteps', trace.epochSteps).set('trace/hashes', trace.hashes);
  return writeTensorFile({ kind: 'checkpoint', version, identity, tensors: trace.tensors, weights: [...(bestWeights?.keys() ?? [])], progress }, arrays);
}

/** @throws Error with the reason when the bytes are no checkpoint of `identity`. */
export function decodeCheckpoint(bytes: Uint8Array, identity: Identity): Checkpoint {
  const { head, arrays } = readTensorFile(bytes, Head);
  if (head.identity.data !== identity.data) throw new Error('it is of other data');
  if (head.identity.config !== identity.config) throw new Error('it is of another configuration');
  if (head.identity.graph !== identity.graph) throw new Error('it is of another training program; the app may have changed since');
  const { tensors, weights, progress } = head;
  const [epochSteps, hashes] = [arrays.get('trace/epochSteps'), arrays.get('trace/hashes')];
  if (!(epochSteps instanceof Int32Array) || !(hashes instanceof Uint8Array)) throw new Error('its parts do not fit together');
  const trace = { tensors, losses: floatsNamed(arrays, 'trace/losses'), epochSteps, hashes };
  if (trace.losses.length !== progress.stepCount || (progress.best === null) !== (weights.length === 0)) throw new Error('its parts do not fit together');
  return {
    identity, progress, trace,
    state: new Map(tensors.map((name) => [name, floatsNamed(arrays, `state/${name}`)])),
    bestWeights: weights.length === 0 ? null : new Map(weights.map((name) => [name, floatsNamed(arrays, `best/${name}`)])),
  };
}

/** JSON with the keys of every object in order. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => (each !== null && typeof each === 'object' && !Array.isArray(each)
    ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
    : each));
}
