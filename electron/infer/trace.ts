/**
 * The trace of a run: the loss of every step, and at each epoch's end a hash of every state tensor. Two traces of the
 * same program say at which step they part, and which tensor differs first.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { joinFloats } from './join-floats.ts';
import { floatsNamed, readTensorFile, writeTensorFile } from './tensor-file.ts';

/** Bytes of SHA-256 kept per tensor: enough that no two states are taken for each other. */
const hashBytes = 16;

const Head = z.object({ kind: z.literal('trace'), tensors: z.array(z.string()) });

export interface Trace {
  /** Names of the state tensors, in the order of the hashes. */
  readonly tensors: readonly string[];
  /** Of each step; the first is step 1. */
  readonly losses: Float32Array;
  /** Steps done at each epoch's end. */
  readonly epochSteps: Int32Array;
  /** For each epoch and tensor 16 bytes. */
  readonly hashes: Uint8Array;
}

/** Collects a trace while a run goes on. */
export class TraceRecorder {
  readonly #tensors: readonly string[];
  readonly #losses: Float32Array[] = [];
  readonly #epochSteps: number[] = [];
  readonly #hashes: Uint8Array[] = [];

  /** Goes on after `before`, where a run does. */
  constructor(tensors: readonly string[], before: Trace | null = null) {
    this.#tensors = tensors;
    if (before === null) return;
    this.#losses.push(before.losses);
    this.#epochSteps.push(...before.epochSteps);
    this.#hashes.push(before.hashes);
  }

  steps(losses: Float32Array): void {
    this.#losses.push(losses);
  }

  /** An epoch has ended after `step` steps. Cost: SHA-256 over the state. */
  epoch(step: number, state: ReadonlyMap<string, Float32Array>): void {
    this.#epochSteps.push(step);
    for (const name of this.#tensors) {
      const values = state.get(name) as Float32Array;
      this.#hashes.push(createHash('sha256').update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)).digest().subarray(0, hashBytes));
    }
  }

  trace(): Trace {
    const losses = joinFloats(this.#losses);
    return { tensors: this.#tensors, losses, epochSteps: Int32Array.from(this.#epochSteps), hashes: Uint8Array.from(Buffer.concat(this.#hashes)) };
  }
}

export function encodeTrace({ tensors, losses, epochSteps, hashes }: Trace): Uint8Array {
  return writeTensorFile({ kind: 'trace', tensors }, new Map<string, Float32Array | Int32Array | Uint8Array>([['losses', losses], ['epochSteps', epochSteps], ['hashes', hashes]]));
}

/** @throws Error with the reason when the bytes are no trace. */
export function decodeTrace(bytes: Uint8Array): Trace {
  const { head, arrays } = readTensorFile(bytes, Head);
  const [epochSteps, hashes] = [arrays.get('epochSteps'), arrays.get('hashes')];
  if (!(epochSteps instanceof Int32Array) || !(hashes instanceof Uint8Array) || hashes.length !== epochSteps.length * head.tensors.length * hashBytes) {
    throw new Error('its parts do not fit together');
  }
  return { tensors: head.tensors, losses: floatsNamed(arrays, 'losses'), epochSteps, hashes };
}

/** Where two traces part. */
export interface TraceDifference {
  /** The first step (1 is the first of the run) whose loss differs; null when only states do. `null` losses: one run had ended. */
  readonly step: { readonly step: number; readonly before: number | null; readonly now: number | null } | null;
  /** The first tensor in the order of the state that differs at the end of the first epoch that does; null when none does. */
  readonly tensor: { readonly epoch: number; readonly name: string } | null;
  /** The largest difference of two losses of one step, relative to the larger of them or to 0.001. */
  readonly largest: number;
}

/** Compares bit for bit; null when nothing differs. */
export function compareTraces(before: Trace, now: Trace): TraceDifference | null {
  const step = firstStep(before.losses, now.losses);
  const tensor = firstTensor(before, now);
  if (step === null && tensor === null) return null;
  return { step, tensor, largest: largestDifference(before.losses, now.losses) };
}

function firstStep(before: Float32Array, now: Float32Array): TraceDifference['step'] {
  const count = Math.min(before.length, now.length);
  for (let i = 0; i < count; i++) {
    if (!Object.is(before[i], now[i])) return { step: i + 1, before: before[i] as number, now: now[i] as number };
  }
  if (before.length === now.length) return null;
  return { step: count + 1, before: before[count] ?? null, now: now[count] ?? null };
}

function firstTensor(before: Trace, now: Trace): TraceDifference['tensor'] {
  const epochs = Math.min(before.epochSteps.length, now.epochSteps.length);
  const hashAt = ({ hashes, tensors }: Trace, epoch: number, tensor: number): string =>
    Buffer.from(hashes.subarray((epoch * tensors.length + tensor) * hashBytes).subarray(0, hashBytes)).toString('hex');
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const [i, name] of before.tensors.entries()) {
      if (hashAt(before, epoch, i) !== hashAt(now, epoch, now.tensors.indexOf(name))) return { epoch: epoch + 1, name };
    }
  }
  return null;
}

function largestDifference(before: Float32Array, now: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < Math.min(before.length, now.length); i++) {
    const [a, b] = [before[i] as number, now[i] as number];
    largest = Math.max(largest, Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), 1e-3));
  }
  return largest;
}
