/** Images of a version: shown, and made into a dataset of pixels that can be trained on. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { noteOf } from '../../shared/domain/column-notes.ts';
import type { DatasetId, JobId, VersionId } from '../../shared/domain/ids.ts';
import type { PixelSettings, ShownImage, UnshownImage } from '../../shared/domain/images.ts';
import { listColumnNotes } from './columns.ts';
import type { AppContext } from './context.ts';
import { getVersion, tableOf } from './datasets.ts';
import { commitVersion } from './imports.ts';

/** The images of some rows, by their numbers from 0. @throws AppError data/unknown-column, data/not-images, store/* */
export async function imagesOfVersion(context: AppContext, { versionId, ...wanted }: { versionId: VersionId; column: string; rows: readonly number[]; side: number }): Promise<(ShownImage | UnshownImage)[]> {
  return context.tables.run('images', { table: await tableOf(context.store, getVersion(context.store, versionId)), ...wanted });
}

export interface PixelsRequest {
  readonly versionId: VersionId;
  readonly name: string;
  readonly settings: PixelSettings;
  /** Columns that are kept beside the pixels; null keeps all but the sizes of the images. */
  readonly keep: readonly string[] | null;
}

export interface PixelsOutcome { readonly datasetId: DatasetId; readonly versionId: VersionId; readonly rowCount: number; }

/** What an import of images says of their size: beside pixels of one size these are no features. */
const sizeColumns = new Set(['width', 'height', 'channels']);

/** A new dataset with a column for each pixel. @throws AppError store/not-found */
export function startPixels(context: AppContext, { versionId, name, settings, keep }: PixelsRequest): { jobId: JobId; datasetId: DatasetId; finished: Promise<PixelsOutcome> } {
  const { store } = context;
  const version = getVersion(store, versionId);
  const kept = keep ?? version.columns.filter((column) => column.type !== 'image' && !sizeColumns.has(column.name)).map((column) => column.name);
  const datasetId = store.newId<DatasetId>();
  const job = context.jobs.start({
    kind: 'import', title: `Pixels of ${settings.column} as ${name}`, subject: { datasetId },
    work: async ({ signal, report }) => {
      const outPath = join(store.scratchDir(), `${store.newId()}.parquet`);
      try {
        const { rowCount, columns } = await context.importer.run('pixels', { table: await tableOf(store, version), settings, keep: kept, outPath }, {
          signal, onProgress: (progress) => report(progress as Parameters<typeof report>[0]),
        });
        report({ done: 1, total: 1, unit: 'file', step: 'Storing' });
        const { hash, sizeBytes } = await store.putObject({ path: outPath });
        const said = listColumnNotes(context, version.datasetId);
        const notes = kept.flatMap((column) => {
          const { role = null, categoryOrder = null } = noteOf(said, column) ?? {};
          return role === null && categoryOrder === null ? [] : [{ column, change: { role, categoryOrder } }];
        });
        const made = commitVersion(context, 'datasets.makePixels', {
          datasetId, newDatasetName: name, number: 1, table: { object: hash, sizeBytes, rowCount, columns }, notes,
          source: { kind: 'pixels', inputVersionId: versionId, settings },
        });
        return { datasetId, versionId: made, rowCount };
      } finally {
        await rm(outPath, { force: true });
      }
    },
  });
  return { jobId: job.id, datasetId, finished: job.finished };
}
