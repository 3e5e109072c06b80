/** Registered models. */
import type { Output } from '../../shared/contract/index.ts';
import type { ModelId, RunId } from '../../shared/domain/ids.ts';
import type { Model, Stage } from '../../shared/domain/models.ts';
import { call } from '../api.ts';
import { createListing, valueOr, type Loadable } from './loadable.ts';

export const models = createListing(() => call('models.list', {}));

export function useModels(): Loadable<readonly Model[]> {
  return models.useStore((state) => state.list);
}

export function currentModels(): readonly Model[] {
  return valueOr(models.useStore.getState().list, []);
}

export const registerModel = (runId: RunId, name: string) => call('models.register', { runId, name });
export const setModelStage = (id: ModelId, stage: Stage, why: string, override: string | null = null) => call('models.setStage', { id, stage, why, override });
export const noteModel = (id: ModelId, note: string, basedOn: string) => call('models.note', { id, note, basedOn });

/** A model to train on: chosen with a dialog, checked, and kept in the project. Null where the person cancelled. */
export async function chooseModelFile(): Promise<Output<'models.importFile'> | null> {
  const [file] = await call('shell.chooseFiles', { purpose: 'model' });
  return file ? call('models.importFile', { file: file.handle }) : null;
}
