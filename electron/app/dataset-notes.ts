/** The notes of a dataset: one text that several people write at the same time, the Yjs document of the dataset itself. */
import type { DatasetId } from '../../shared/domain/ids.ts';
import { fail } from '../../shared/errors.ts';
import type { Store } from '../store/store.ts';
import type { AppContext } from './context.ts';
import { mustHaveExisted } from './entities.ts';

/** @throws AppError store/not-found */
export function datasetNotes(store: Store, id: DatasetId): { text: string; state: Uint8Array } {
  if (!store.get('dataset', id)) throw fail('store/not-found', { kind: 'dataset', id });
  return store.text(id);
}

/** @throws AppError store/not-found, store/record-too-large when one update is larger than a record may be */
export function writeDatasetNotes({ store }: Pick<AppContext, 'store'>, id: DatasetId, update: Uint8Array): void {
  // Somebody may have removed it meanwhile: what was typed is there when the dataset is put back.
  mustHaveExisted(store, 'dataset', id);
  store.commit('datasets.writeNotes', [{ o: 'text', e: id, u: Buffer.from(update).toString('base64') }]);
}
