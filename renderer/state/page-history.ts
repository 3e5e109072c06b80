/** The events that touched a page or one of its blocks. */
import type { HistoryEntry } from '../../shared/domain/history.ts';
import type { Page } from '../../shared/domain/pages.ts';
import { call } from '../api.ts';

const perEntity = 100;

/** Newest first, each once; at most the latest hundred of the page and of every block. */
export async function loadPageHistory(page: Page): Promise<readonly HistoryEntry[]> {
  const answers = await Promise.all([page.id, ...page.blocks.map((block) => block.id)].map((entity) => call('history.list', { entity, limit: perEntity, before: null })));
  const byHash = new Map(answers.flatMap((answer) => answer.entries).map((entry) => [entry.hash, entry]));
  return [...byHash.values()].sort((a, b) => b.atMs - a.atMs);
}
