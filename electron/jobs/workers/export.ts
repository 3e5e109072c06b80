/** The export task: the table as it is stored, or first the rows of a view as a table of their own. */
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ExportOutcome } from '../../../shared/domain/dataset-export.ts';
import { isStoredView } from '../../../shared/domain/query.ts';
import type { Duck } from '../../data/duck.ts';
import { exportTable } from '../../data/export.ts';
import { writeView } from '../../data/rows-view.ts';
import type { TaskContext } from '../serve-worker.ts';
import type { DataTasks } from '../tasks.ts';

export async function exportTask(duck: Duck, { table, view, categoryOrder, ...target }: DataTasks['export']['input'], { report, signal }: TaskContext): Promise<ExportOutcome> {
  const onProgress = (progress: { done: number; total: number; unit: string }): void => report({ ...progress, step: 'Writing' });
  if (isStoredView(view)) return await exportTable(duck, { ...target, path: table.path, onProgress, signal });
  const viewPath = join(duck.tempDir, `${basename(target.partPath)}.parquet`);
  try {
    report({ done: 0, total: null, unit: 'rows', step: 'Finding the rows' });
    await writeView(duck, { path: table.path, view, categoryOrder, outPath: viewPath, keepsImages: true, signal });
    return await exportTable(duck, { ...target, path: viewPath, onProgress, signal });
  } finally {
    await rm(viewPath, { force: true });
  }
}
