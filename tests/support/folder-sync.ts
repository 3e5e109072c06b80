/**
 * A file sync between two folders as bad as real ones: it carries files in random order and with delays, half a file
 * before the whole one, one file twice under a second name. It never overwrites a file with other content.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { seededRandom, filesBelow } from './stores.ts';

export interface FolderSync {
  /** What it did, for a report. */
  readonly counts: Readonly<Record<'whole' | 'partial' | 'copies', number>>;
  /** Carries everything that is left, whole; then stops. */
  finish(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts to carry files both ways, some every `everyMs`. The same seed makes the same choices for the same files. */
export function startFolderSync(one: string, other: string, { seed, everyMs = 60 }: { seed: string; everyMs?: number }): FolderSync {
  const random = seededRandom(seed);
  const chance = (): number => (random(1)[0] ?? 0) / 256;
  const counts = { whole: 0, partial: 0, copies: 0 };
  const halves = new Set<string>();
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | null = null;

  /** Files that one side has and the other has not, or has only half. */
  function waiting(): { from: string; to: string; file: string }[] {
    return [[one, other], [other, one]].flatMap(([from = '', to = '']) =>
      filesBelow(from)
        .filter((file) => !file.includes('~assay-') && !file.includes('sync-conflict') && !halves.has(join(from, file)) && (!existsSync(join(to, file)) || halves.has(join(to, file))))
        .map((file) => ({ from, to, file })));
  }

  function carry({ from, to, file }: { from: string; to: string; file: string }, isWhole: boolean): void {
    const target = join(to, file);
    mkdirSync(dirname(target), { recursive: true });
    if (!isWhole && !halves.has(target)) {
      const bytes = readFileSync(join(from, file));
      writeFileSync(target, bytes.subarray(0, Math.floor(bytes.length * chance())));
      halves.add(target);
      counts.partial += 1;
      return;
    }
    copyFileSync(join(from, file), target);
    halves.delete(target);
    counts.whole += 1;
    if (!isWhole && chance() < 0.2) {
      copyFileSync(target, target.replace(/(\.[a-z.]+)?$/, '.sync-conflict-20261123-140200-ABCDEFG$1'));
      counts.copies += 1;
    }
  }

  function step(): void {
    if (isStopped) return;
    const files = waiting();
    // Sometimes nothing moves for a while.
    if (files.length > 0 && chance() < 0.7) {
      const chosen = files[Math.floor(chance() * files.length)];
      if (chosen) carry(chosen, chance() < 0.5);
    }
    timer = setTimeout(step, everyMs * (1 + 3 * chance()));
  }
  step();

  const stop = async (): Promise<void> => {
    isStopped = true;
    if (timer !== null) clearTimeout(timer);
  };
  return {
    counts, stop,
    async finish() {
      await stop();
      for (const file of waiting()) carry(file, true);
    },
  };
}
