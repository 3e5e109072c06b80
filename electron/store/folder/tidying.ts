/**
 * What a store does at its end and once an hour, besides its work: packs of many small segments, a checkpoint, the reserve.
 * None of it is needed for what was done to be safe, so what fails is done another time.
 */
import { AppError } from '../../../shared/errors.ts';
import { ioFailure } from '../../files/failures.ts';
import type { Scheduler } from '../../files/scheduler.ts';
import { writeCheckpoint, type CheckpointOptions } from './checkpoints.ts';
import { packSegments } from './packing.ts';
import type { Reserve } from './reserve.ts';

const hourMs = 3_600_000;
/** Not at once: opening a project should not wait for it. */
const reserveEveryMs = 60_000;

export interface Tidying {
  /** Packs, and a checkpoint when something was committed. */
  run(): Promise<void>;
  /** Calls off what is planned and waits for what is under way. */
  stop(): Promise<void>;
}

export interface TidyingOptions {
  readonly scheduler: Scheduler;
  readonly checkpoint: CheckpointOptions;
  readonly reserve: Reserve | undefined;
  readonly canWrite: () => boolean;
  readonly hasCommitted: () => boolean;
  /** Called before the first pack: those who read the project must know packs. @throws files/* */
  readonly requirePacks: () => Promise<void>;
}

/** Starts the hourly rounds. */
export function startTidying({ scheduler, checkpoint, reserve, canWrite, hasCommitted, requirePacks }: TidyingOptions): Tidying {
  const { writer, projectDir, key, outbox } = checkpoint;
  let underWay: Promise<void> = Promise.resolve();

  async function run(): Promise<void> {
    if (!canWrite()) return;
    try {
      await packSegments({ writer, projectDir, device: key.deviceId, outbox, beforeFirst: requirePacks });
      if (hasCommitted()) await writeCheckpoint(checkpoint, false);
    } catch (thrown) {
      if (!(ioFailure(thrown, projectDir) instanceof AppError)) throw thrown;
    }
  }

  const callOffRounds = every(scheduler, hourMs, () => { underWay = run().catch(() => undefined); });
  const callOffReserve = reserve ? every(scheduler, reserveEveryMs, () => reserve.fill()) : () => undefined;

  return {
    run,
    async stop() {
      callOffRounds();
      callOffReserve();
      await underWay;
    },
  };
}

function every(scheduler: Scheduler, periodMs: number, work: () => void): () => void {
  let callOff: () => void = () => undefined;
  const plan = (): void => {
    callOff = scheduler.after(periodMs, () => {
      work();
      plan();
    });
  };
  plan();
  return () => callOff();
}
