/** A temporary folder of this process, where DuckDB may spill; removed when the process ends. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function scratchFolder(): string {
  const folder = join(tmpdir(), `assay-worker-${process.pid}`);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
