/** Fields with several versions that people wrote without knowing of each other. */
import type { Conflict } from '../../shared/domain/changes.ts';
import type { Input } from '../../shared/contract/index.ts';
import { call } from '../api.ts';
import { createListing, type Loadable } from './loadable.ts';

export const conflicts = createListing(() => call('conflicts.list', {}));

export function useConflicts(): Loadable<readonly Conflict[]> {
  return conflicts.useStore((state) => state.list);
}

/** Null while the field has one value only. */
export function useConflict(entity: string, field: string): Conflict | null {
  return conflicts.useStore(({ list }) => (list.status === 'ready' ? list.value.find((one) => one.entity === entity && one.field === field) ?? null : null));
}

type Settlement<N extends 'conflicts.choose' | 'conflicts.write'> = Omit<Input<N>, 'entity' | 'field' | 'seen'>;

const about = ({ entity, field, versions }: Conflict) => ({ entity, field, seen: versions.map(({ hash }) => hash) });

export const chooseVersion = (conflict: Conflict, choice: Settlement<'conflicts.choose'>) => call('conflicts.choose', { ...about(conflict), ...choice });
export const writeMerged = (conflict: Conflict, merged: Settlement<'conflicts.write'>) => call('conflicts.write', { ...about(conflict), ...merged });
