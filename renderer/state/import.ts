/** Which dataset the next import adds a version to; null makes a new one. */
import { create } from 'zustand';
import type { ChosenFile } from '../../shared/contract/shell.ts';
import type { FileHandle, DatasetId } from '../../shared/domain/ids.ts';
import { pastedLimit, type ImportPlan } from '../../shared/domain/datasets.ts';
import { fail } from '../../shared/errors.ts';
import { call } from '../api.ts';

interface ImportState { readonly targetId: DatasetId | null; }
export const useImport = create<ImportState>()(() => ({ targetId: null }));

export function setImportTarget(targetId: DatasetId | null): void {
  useImport.setState({ targetId });
}

export const startImport = (request: { readonly file: FileHandle; readonly name: string; readonly datasetId: DatasetId | null; readonly plan: ImportPlan | null; readonly override: string | null }) => call('imports.start', request);

/** Keeps a pasted text as a file that can be looked at and imported. */
export async function pasteTable(text: string): Promise<ChosenFile> {
  if (text.length > pastedLimit) throw fail('data/too-large', { file: 'Pasted table', found: `${text.length} characters`, limit: `${pastedLimit} characters` });
  const { file } = await call('imports.paste', { text });
  return { handle: file, name: 'Pasted table', sizeBytes: text.length, isFolder: false };
}

/** Reads the file of a dataset again: `file`, or null for where this computer knows it. */
export const updateFromSource = (id: DatasetId, file: FileHandle | null, override: string | null) => call('imports.update', { id, file, override });
