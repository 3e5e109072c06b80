/**
 * 8 MiB of this computer's own drive, set aside so that what the user does last can still be kept when the drive is full.
 * It is given up when the outbox cannot write, and set aside again once there is space.
 */
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import type { Problem } from '../index/ingest.ts';
import type { Outbox } from './outbox.ts';

export interface Reserve {
  /** Sets it aside when it is not there and at least eight times as much is free. Never fails: it is a help only. */
  fill(): void;
  /** Gives it up; false when there was none. */
  spend(): boolean;
  /** What the user should know while it is spent. */
  problems(): Problem[];
}

const reserveBytes = 8 << 20;

/** The reserve in the file `path`; the bytes are random, because some drives keep no zeros. */
export function createReserve(path: string, random: (byteCount: number) => Uint8Array): Reserve {
  let isSpent = false;
  return {
    fill() {
      try {
        if (existsSync(path)) {
          isSpent = false;
          return;
        }
        const { bavail, bsize } = statfsSync(path.replace(/[^/\\]*$/, ''));
        if (bavail * bsize < 8 * reserveBytes) return;
        const file = openSync(path, 'wx', 0o600);
        try {
          for (let done = 0; done < reserveBytes; done += 1 << 16) writeSync(file, random(1 << 16));
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
        isSpent = false;
      } catch {
        // Half a reserve is none.
        rmSync(path, { force: true });
      }
    },
    spend() {
      if (!existsSync(path)) return false;
      rmSync(path, { force: true });
      isSpent = true;
      return true;
    },
    problems: () => (isSpent ? [{
      kind: 'local', file: 'reserve', device: null, what: 'the drive of this computer is full: the last reserve is in use, and soon no change can be kept; free some space',
    }] : []),
  };
}

/** The outbox, which gives up the reserve rather than refuse what the user did. */
export function withReserve(outbox: Outbox, reserve: Reserve): Outbox {
  return {
    ...outbox,
    append(device, records) {
      try {
        outbox.append(device, records);
      } catch (thrown) {
        if (!(thrown instanceof AppError) || thrown.failure.code !== 'files/disk-full' || !reserve.spend()) throw thrown;
        outbox.append(device, records);
      }
    },
  };
}
