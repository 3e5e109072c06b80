/** The data process's end of the thread that compares columns; see compare.ts. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ColumnData } from '../../../shared/domain/column-data.ts';
import type { DataWindow, WindowComparison } from '../../../shared/math/drift-report.ts';

interface Pending {
  readonly resolve: (comparison: WindowComparison) => void;
  readonly reject: (error: Error) => void;
}

/** One comparison at a time. `close` must be called. */
export class ComparisonThread {
  readonly #worker = new Worker(entry());
  #pending: Pending | null = null;

  constructor() {
    this.#worker.on('message', (comparison: WindowComparison) => this.#pending?.resolve(comparison));
    this.#worker.on('error', (error) => this.#pending?.reject(error as Error));
    this.#worker.on('exit', (code) => this.#pending?.reject(new Error(`the comparing thread ended with code ${code}`)));
  }

  /** `compareWindows` in the thread. The columns' memory moves there and is empty here afterwards. */
  compare(reference: readonly ColumnData[], windows: readonly DataWindow[]): Promise<WindowComparison> {
    const columns = [...reference, ...windows.flatMap((window) => window.columns)];
    const buffers = columns.map((column) => (column.kind === 'number' ? column.values : column.codes).buffer as ArrayBuffer);
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#worker.postMessage({ reference, windows }, buffers);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** The source under Node 24, or the bundled build. */
function entry(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const found = ['compare.ts', 'compare.js'].map((name) => join(here, name)).find((path) => existsSync(path));
  if (!found) throw new Error(`no entry for the comparing thread in ${here}`);
  return found;
}
