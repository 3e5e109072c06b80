/** How the history reads and is filtered. Pure. */
import type { HistoryEntry } from '../../shared/domain/history.ts';
import { formatDay } from '../ui/format.ts';
import type { IconName } from '../ui/icon.tsx';

const areas: Readonly<Record<string, { readonly word: string; readonly icon: IconName }>> = {
  project: { word: 'Project', icon: 'folder' }, imports: { word: 'Imports', icon: 'upload' }, datasets: { word: 'Datasets', icon: 'database' }, versions: { word: 'Versions', icon: 'database' },
  runs: { word: 'Runs', icon: 'runs' }, models: { word: 'Models', icon: 'cube' }, drift: { word: 'Drift', icon: 'pulse' }, reports: { word: 'Drift', icon: 'pulse' },
  pages: { word: 'Pages', icon: 'page' }, blocks: { word: 'Pages', icon: 'page' }, archive: { word: 'Archive', icon: 'archive' },
};

/** The area of an action ("datasets" of "datasets.tag") as a word. */
export function actionWords(area: string): string {
  return areas[area]?.word ?? area.charAt(0).toUpperCase() + area.slice(1);
}

export function actionIcon(action: string): IconName {
  const [area = '', verb = ''] = action.split('.');
  if (verb.startsWith('remove') || verb.startsWith('delete')) return 'trash';
  if (verb.startsWith('restore')) return 'undo';
  if (verb.endsWith('tag')) return 'tag';
  return areas[area]?.icon ?? 'clock';
}

export interface HistoryFilter { readonly text: string; readonly person: string | null; readonly area: string | null; }

/** Entries of the person and the area whose sentence or reason contains every word. */
export function filterHistory(entries: readonly HistoryEntry[], { text, person, area }: HistoryFilter): readonly HistoryEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    if (person !== null && entry.person !== person) return false;
    if (area !== null && entry.action.split('.')[0] !== area) return false;
    const said = `${entry.sentence} ${entry.why ?? ''} ${entry.person} ${entry.hash}`.toLowerCase();
    return words.every((word) => said.includes(word));
  });
}

/** "Today", "Yesterday" or the date, by local days. */
export function dayHeading(atMs: number, nowMs: number): string {
  const day = formatDay(atMs);
  if (day === formatDay(nowMs)) return 'Today';
  const yesterday = new Date(nowMs);
  yesterday.setDate(yesterday.getDate() - 1);
  return day === formatDay(yesterday.getTime()) ? 'Yesterday' : day;
}
