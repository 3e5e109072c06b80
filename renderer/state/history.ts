/** The log as the history page reads it: newest first, older ones as one scrolls, new ones at the top by themselves. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { HistoryEntry, HistoryQuery } from '../../shared/domain/history.ts';
import type { PageId } from '../../shared/domain/ids.ts';
import type { Input } from '../../shared/contract/index.ts';
import { toFailure, type Failure } from '../../shared/errors.ts';
import { call } from '../api.ts';
import { onChange } from './changes.ts';

const pageSize = 200;
const reloadAfterMs = 300;

export type HistoryFilter = Omit<HistoryQuery, 'limit' | 'before'>;

export interface HistoryList {
  /** Null until the first answer. */
  readonly entries: readonly HistoryEntry[] | null;
  readonly failure: Failure | null;
  /** Whether there are older ones; `more` asks for them. */
  readonly hasMore: boolean;
  readonly more: () => void;
  readonly reload: () => void;
}

interface State { readonly key: string; readonly entries: readonly HistoryEntry[] | null; readonly next: number | null; readonly failure: Failure | null; }

export function useHistory(filter: HistoryFilter): HistoryList {
  const key = JSON.stringify(filter);
  const [state, setState] = useState<State>({ key, entries: null, next: null, failure: null });
  const ticket = useRef(0);
  const isAsking = useRef(false);

  const ask = useCallback((before: number | null) => {
    const mine = ++ticket.current;
    isAsking.current = true;
    void call('history.list', { ...(JSON.parse(key) as HistoryFilter), limit: pageSize, before }).then(
      (answer) => setState((known) => (mine === ticket.current ? merged(known, key, before, answer) : known)),
      (thrown: unknown) => setState((known) => (mine === ticket.current ? { ...known, key, failure: toFailure(thrown) } : known)),
    ).finally(() => { if (mine === ticket.current) isAsking.current = false; });
  }, [key]);

  useEffect(() => { ask(null); }, [ask]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = onChange(() => { timer ??= setTimeout(() => { timer = null; ask(null); }, reloadAfterMs); });
    return () => { stop(); if (timer !== null) clearTimeout(timer); };
  }, [ask]);

  const isCurrent = state.key === key;
  const next = isCurrent ? state.next : null;
  return {
    entries: isCurrent ? state.entries : null, failure: isCurrent ? state.failure : null, hasMore: next !== null,
    more: () => { if (next !== null && !isAsking.current) ask(next); },
    reload: () => ask(null),
  };
}

/** Older entries go behind those that are known; the newest go before them, where they meet. */
function merged(known: State, key: string, before: number | null, answer: { readonly entries: readonly HistoryEntry[]; readonly next: number | null }): State {
  const entries = known.key === key ? known.entries ?? [] : [];
  if (before !== null) return { key, entries: [...entries, ...answer.entries], next: answer.next, failure: null };
  const last = answer.entries.at(-1);
  const meetsAt = last === undefined || entries.length <= answer.entries.length ? -1 : entries.findIndex(({ hash }) => hash === last.hash);
  return meetsAt < 0 ? { key, ...answer, failure: null } : { key, entries: [...answer.entries, ...entries.slice(meetsAt + 1)], next: known.next, failure: null };
}

export const restoreValue = (input: Input<'history.restore'>) => call('history.restore', input);
export const restorePageTo = (id: PageId, hash: string, why: string) => call('pages.restoreTo', { id, hash, why });
