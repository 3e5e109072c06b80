/** The SQL page: what is being written, what was run here before (kept on this computer), and queries with a name. */
import { create } from 'zustand';
import type { DatasetId, JobId, QueryId, ResultId } from '../../shared/domain/ids.ts';
import type { SavedQuery } from '../../shared/domain/query.ts';
import { call } from '../api.ts';
import { createListing, type Loadable } from './loadable.ts';

export interface PastQuery { readonly sql: string; readonly atMs: number; }

interface SqlState {
  /** The project that this is of. */
  readonly projectId: string | null;
  readonly text: string;
  /** Newest first. */
  readonly past: readonly PastQuery[];
  /** The job of the latest run. */
  readonly jobId: JobId | null;
  /** The named query that the text came from. */
  readonly savedId: QueryId | null;
}

const keptQueries = 100;

export const useSql = create<SqlState>()(() => ({ projectId: null, text: '', past: [], jobId: null, savedId: null }));

/** Brings back what was written in this project; the same project again changes nothing. */
export function openSql(projectId: string): void {
  if (useSql.getState().projectId === projectId) return;
  useSql.setState({ projectId, jobId: null, savedId: null, ...recall(projectId) });
}

export function writeSql(text: string): void {
  useSql.setState({ text });
  remember();
}

/** Puts a query into the editor: one of before, or a named one. */
export function takeQuery(text: string, savedId: QueryId | null): void {
  useSql.setState({ text, savedId });
  remember();
}

export async function runSql(rowLimit: number | null): Promise<void> {
  const { text, past } = useSql.getState();
  const { jobId } = await call('queries.run', { sql: text, rowLimit });
  useSql.setState({ jobId, past: [{ sql: text, atMs: Date.now() }, ...past.filter(({ sql }) => sql !== text)].slice(0, keptQueries) });
  remember();
}

function remember(): void {
  const { projectId, text, past } = useSql.getState();
  if (projectId !== null) localStorage.setItem(`sql ${projectId}`, JSON.stringify({ text, past }));
}

function recall(projectId: string): Pick<SqlState, 'text' | 'past'> {
  try {
    const { text, past } = JSON.parse(localStorage.getItem(`sql ${projectId}`) ?? '{}') as Partial<SqlState>;
    return { text: text ?? '', past: past ?? [] };
  } catch {
    // A history that cannot be read is only a lost convenience.
    return { text: '', past: [] };
  }
}

export const savedQueries = createListing(() => call('queries.list', {}));

export function useSavedQueries(): Loadable<readonly SavedQuery[]> {
  return savedQueries.useStore((state) => state.list);
}

export const saveQuery = (name: string, sql: string) => call('queries.save', { name, sql });
export const renameQuery = (id: QueryId, name: string, basedOn: string) => call('queries.rename', { id, name, basedOn });
export const changeQuery = (id: QueryId, sql: string, basedOn: string) => call('queries.write', { id, sql, basedOn });
export const removeQuery = (id: QueryId) => call('queries.remove', { id });
export const restoreQuery = (id: QueryId) => call('queries.restore', { id });
export const saveResult = (resultId: ResultId, name: string, datasetId: DatasetId | null, override: string | null) => call('queries.saveAs', { resultId, name, datasetId, override });
