/** Small images of rows, asked for together as they come into view; the latest are kept. */
import { shownRowLimit, type ShownImage, type UnshownImage } from '../../shared/domain/images.ts';

export type Thumbnail = ShownImage | UnshownImage;

export interface Thumbnails {
  /** The image of a row of the version, or null while it is on its way. */
  get(column: string, row: number): Thumbnail | null;
  /** Forgets everything and asks no more. */
  close(): void;
}

const kept = 600;

/** `load` answers the rows that have an image; `onArrival` is called when some came. */
export function createThumbnails(load: (column: string, rows: readonly number[]) => Promise<readonly Thumbnail[]>, onArrival: () => void): Thumbnails {
  const known = new Map<string, Thumbnail | 'asked'>();
  let wanted: { readonly column: string; readonly row: number }[] = [];
  let isAsking = false;
  let isClosed = false;
  const keyOf = (column: string, row: number): string => `${row} ${column}`;

  const ask = async (): Promise<void> => {
    if (isAsking || isClosed || wanted.length === 0) return;
    isAsking = true;
    // What was wanted last is in view now.
    const column = wanted.at(-1)?.column ?? '';
    const rows = wanted.filter((one) => one.column === column).slice(-shownRowLimit).map(({ row }) => row);
    wanted = wanted.filter((one) => one.column !== column || !rows.includes(one.row));
    try {
      const found = await load(column, rows);
      for (const row of rows) known.set(keyOf(column, row), found.find((one) => one.row === row) ?? { row, problem: 'There is no image.' });
    } catch {
      // The rows themselves say what is wrong with the table; one that failed is not asked again.
      for (const row of rows) known.set(keyOf(column, row), { row, problem: 'It could not be read.' });
    }
    while (known.size > kept) known.delete(known.keys().next().value ?? '');
    isAsking = false;
    if (isClosed) return;
    onArrival();
    await ask();
  };

  return {
    get: (column, row) => {
      const key = keyOf(column, row);
      const one = known.get(key);
      if (one === undefined && !isClosed) {
        known.set(key, 'asked');
        wanted.push({ column, row });
        queueMicrotask(() => { void ask(); });
      }
      return one === undefined || one === 'asked' ? null : one;
    },
    close: () => {
      isClosed = true;
      known.clear();
      wanted = [];
    },
  };
}
