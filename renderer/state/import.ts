/** Which dataset the next import adds a version to; null makes a new one. */
import { create } from 'zustand';
import type { FileHandle, DatasetId } from '../../shared/domain/ids.ts';
import type { ImportPlan } from '../../shared/domain/datasets.ts';
import { call } from '../api.ts';

interface ImportState { readonly targetId: DatasetId | null; }
export const useImport = create<ImportState>()(() => ({ targetId: null }));

export function setImportTarget(targetId: DatasetId | null): void {
  useImport.setState({ targetId });
}

export const startImport = (request: { readonly file: FileHandle; readonly name: string; readonly datasetId: DatasetId | null; readonly plan: ImportPlan; readonly override: string | null }) => call('imports.start', request);

/** Reads the file of a dataset again, from where this computer knows it. */
export const updateFromSource = (id: DatasetId, override: string | null) => call('imports.update', { id, file: null, override });
