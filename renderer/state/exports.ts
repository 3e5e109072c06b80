/** Writing rows to a file: how it was done last is offered again while the window is open. */
import { create } from 'zustand';
import { exportEndings, plainLayout, type ExportSettings, type ExportSubject } from '../../shared/domain/dataset-export.ts';
import type { FileHandle } from '../../shared/domain/ids.ts';
import type { RowView } from '../../shared/domain/query.ts';
import { call } from '../api.ts';

export const useExportSettings = create<ExportSettings>()(() => ({ format: 'csv', layout: plainLayout, hasMetadata: false }));

/** Asks where to; null means that the user let it be. */
export async function chooseExportFile(name: string, format: ExportSettings['format']): Promise<FileHandle | null> {
  const fileName = name.replace(/[^\p{L}\p{N} ._-]/gu, '_').trim().slice(0, 100) || 'data';
  const chosen = await call('shell.chooseSave', { purpose: format, defaultName: `${fileName}.${exportEndings[format][0]}` });
  return chosen?.handle ?? null;
}

export const startExport = (request: { readonly rows: ExportSubject; readonly view: RowView; readonly target: FileHandle; readonly settings: ExportSettings; readonly override: string | null }) => call('datasets.export', request);
