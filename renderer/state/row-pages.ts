/**
 * Rows of a file of any length, in pages of 200, asked for as they come into view. Keeps the latest 60 pages;
 * at most two questions are open at a time, and what is in view now is asked before what was passed.
 */
export const pageRows = 200;
const keptPages = 60;

export interface RowPages<Row> {
  /** The row, or null while it is on its way. */
  row(index: number): Row | null;
  /** Says which rows are in view; loads them and, after them, their neighbours. */
  show(first: number, last: number): void;
  /** Forgets everything and asks no more. */
  close(): void;
}

/** `load(offset, limit)` answers rows in order; `onRows` is called when some came, `onFailure` when a page did not. */
export function createRowPages<Row>(rowCount: number, load: (offset: number, limit: number) => Promise<readonly Row[]>, onRows: () => void, onFailure: (thrown: unknown) => void): RowPages<Row> {
  const pages = new Map<number, readonly Row[]>();
  const asked = new Set<number>();
  let wanted: readonly number[] = [];
  let isClosed = false;

  const next = (): void => {
    if (isClosed) return;
    while (asked.size < 2) {
      const page = wanted.find((one) => !pages.has(one) && !asked.has(one));
      if (page === undefined) return;
      asked.add(page);
      const offset = page * pageRows;
      load(offset, Math.min(pageRows, rowCount - offset)).then((rows) => {
        asked.delete(page);
        if (isClosed) return;
        pages.set(page, rows);
        forgetOldest(pages, wanted);
        onRows();
        next();
      }, (thrown: unknown) => {
        asked.delete(page);
        // The page is not asked again by itself: a broken file would be asked for ever.
        wanted = wanted.filter((one) => one !== page);
        if (!isClosed) onFailure(thrown);
      });
    }
  };

  return {
    row: (index) => pages.get(Math.floor(index / pageRows))?.[index % pageRows] ?? null,
    show: (first, last) => {
      wanted = wantedPages(first, last, rowCount);
      for (const page of wanted) {
        const rows = pages.get(page);
        // Seen again: moved to the end, so that it is forgotten last.
        if (rows) { pages.delete(page); pages.set(page, rows); }
      }
      next();
    },
    close: () => { isClosed = true; pages.clear(); },
  };
}

/** The pages of the rows in view, then the one after and the one before. */
export function wantedPages(first: number, last: number, rowCount: number): number[] {
  const lastPage = Math.max(0, Math.ceil(rowCount / pageRows) - 1);
  const from = Math.floor(Math.max(0, first) / pageRows);
  const to = Math.min(lastPage, Math.floor(Math.max(0, last) / pageRows));
  const inView = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  return [...inView, to + 1, from - 1].filter((page) => page >= 0 && page <= lastPage);
}

function forgetOldest(pages: Map<number, unknown>, wanted: readonly number[]): void {
  for (const page of pages.keys()) {
    if (pages.size <= keptPages) return;
    if (!wanted.includes(page)) pages.delete(page);
  }
}
