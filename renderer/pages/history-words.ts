/** How the history reads and is filtered. Pure. */
import type { HistoryArea, HistoryEntry } from '../../shared/domain/history.ts';
import { formatDay } from '../ui/format.ts';
import type { IconName } from '../ui/icon.tsx';
import type { Sitting } from './page-history-words.ts';

export const areaWords: Readonly<Record<HistoryArea, string>> = {
  project: 'Project', datasets: 'Datasets', runs: 'Runs', models: 'Models', drift: 'Drift', pages: 'Pages', policies: 'Policies', people: 'People', restored: 'Set back or merged',
};

const areaIcons: Readonly<Record<string, IconName>> = {
  project: 'folder', sample: 'sparkle', datasets: 'database', queries: 'terminal', runs: 'runs', models: 'cube', drift: 'pulse', pages: 'page', policies: 'shield', people: 'person', device: 'key', history: 'undo', conflicts: 'columns', archive: 'archive',
};

export function actionIcon(action: string): IconName {
  const [area = '', verb = ''] = action.split('.');
  if (verb.startsWith('remove') || verb.startsWith('delete')) return 'trash';
  if (verb.startsWith('restore')) return 'undo';
  if (verb.endsWith('tag')) return 'tag';
  return areaIcons[area] ?? 'clock';
}

/** "Today", "Yesterday" or the date, by local days. */
export function dayHeading(atMs: number, nowMs: number): string {
  const day = formatDay(atMs);
  if (day === formatDay(nowMs)) return 'Today';
  const yesterday = new Date(nowMs);
  yesterday.setDate(yesterday.getDate() - 1);
  return day === formatDay(yesterday.getTime()) ? 'Yesterday' : day;
}

export type TimelineRow = { readonly kind: 'day'; readonly heading: string } | { readonly kind: 'entry'; readonly sitting: Sitting };

/** Sittings, newest first, with a heading where a day begins. */
export function timelineRows(sittings: readonly Sitting[], nowMs: number): readonly TimelineRow[] {
  const rows: TimelineRow[] = [];
  let heading = '';
  // Formatting a date costs more than all the rest, and most entries are of the day before.
  let dayStartMs = Infinity;
  for (const sitting of sittings) {
    const { atMs } = sitting.entry;
    if (atMs < dayStartMs || atMs >= dayStartMs + 22 * 3_600_000) {
      const next = dayHeading(atMs, nowMs);
      if (next !== heading) rows.push({ kind: 'day', heading: next });
      heading = next;
      dayStartMs = new Date(atMs).setHours(0, 0, 0, 0);
    }
    rows.push({ kind: 'entry', sitting });
  }
  return rows;
}

export const periods = ['any', 'today', 'week', 'month', 'days'] as const;
export type Period = (typeof periods)[number];

const dayMs = 86_400_000;

/** The time a filter lets through: from `sinceMs`, up to and without `untilMs`. `from` and `to` are days as "2026-05-03". */
export function periodOf(period: Period, { from, to }: { readonly from: string; readonly to: string }, nowMs: number): { readonly sinceMs: number | null; readonly untilMs: number | null } {
  const today = new Date(nowMs).setHours(0, 0, 0, 0);
  switch (period) {
    case 'any': return { sinceMs: null, untilMs: null };
    case 'today': return { sinceMs: today, untilMs: null };
    case 'week': return { sinceMs: today - 6 * dayMs, untilMs: null };
    case 'month': return { sinceMs: today - 29 * dayMs, untilMs: null };
    case 'days': return { sinceMs: dayStart(from), untilMs: dayEnd(to) };
  }
}

function dayStart(day: string): number | null {
  const atMs = Date.parse(`${day}T00:00`);
  return Number.isNaN(atMs) ? null : atMs;
}

function dayEnd(day: string): number | null {
  const start = dayStart(day);
  if (start === null) return null;
  const next = new Date(start);
  next.setDate(next.getDate() + 1);
  return next.getTime();
}

export interface HistoryWords { readonly text: string; readonly person: string | null; readonly area: string | null; }

/** Entries of the person and the area whose sentence or reason contains every word: for lists that are here as a whole. */
export function filterHistory(entries: readonly HistoryEntry[], { text, person, area }: HistoryWords): readonly HistoryEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    if (person !== null && entry.person !== person) return false;
    if (area !== null && entry.action.split('.')[0] !== area) return false;
    const said = `${entry.sentence} ${entry.why ?? ''} ${entry.person} ${entry.hash}`.toLowerCase();
    return words.every((word) => said.includes(word));
  });
}
