/** A configuration of each kind of model for a dataset and a target, or why that kind does not fit. */
import { useEffect, useState } from 'react';
import type { VersionId } from '../../shared/domain/ids.ts';
import { modelKinds, type ModelKind, type TrainConfig } from '../../shared/domain/train-config.ts';
import { toFailure } from '../../shared/errors.ts';
import { call } from '../api.ts';
import type { Loadable } from './loadable.ts';

export type KindSuggestions = Readonly<Partial<Record<ModelKind, Loadable<TrainConfig>>>>;

const none: KindSuggestions = {};

/** Asks for all kinds once both are chosen; a kind without an entry is on its way. */
export function useKindSuggestions(versionId: VersionId | null, target: string | null): KindSuggestions {
  const key = versionId === null || target === null ? null : JSON.stringify([versionId, target]);
  const [answer, setAnswer] = useState<{ readonly key: string | null; readonly kinds: KindSuggestions }>({ key: null, kinds: none });
  useEffect(() => {
    if (key === null || versionId === null || target === null) return undefined;
    let isLatest = true;
    const one = async (kind: ModelKind): Promise<readonly [ModelKind, Loadable<TrainConfig>]> => [kind, await call('runs.suggest', { versionId, target, kind }).then(
      (value): Loadable<TrainConfig> => ({ status: 'ready', value }), (thrown: unknown): Loadable<TrainConfig> => ({ status: 'failed', error: toFailure(thrown) }),
    )];
    void Promise.all(modelKinds.map(one)).then((entries) => { if (isLatest) setAnswer({ key, kinds: Object.fromEntries(entries) }); });
    return () => { isLatest = false; };
  }, [key, versionId, target]);
  return answer.key === key ? answer.kinds : none;
}
