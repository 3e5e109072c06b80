/** Finding in the palette: every word must occur; a start of the label counts most, then a start of a word. Pure. */
import type { IconName } from '../ui/icon.tsx';

export interface PaletteEntry {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  readonly words: string;
  readonly icon: IconName;
  readonly colour?: number;
  readonly detail: string;
  readonly keys: string | null;
  readonly disabledReason: string | null;
  readonly run: () => unknown;
}

export interface PaletteGroup { readonly name: string; readonly entries: readonly PaletteEntry[]; }

const perGroup = 8;

/** The groups with matches, best group first; with no text the commands, then what is recent. */
export function findEntries(all: readonly PaletteEntry[], text: string): PaletteGroup[] {
  const terms = text.toLowerCase().split(/\s+/).filter(Boolean);
  const scored = all.map((entry) => ({ entry, score: scoreOf(entry, terms) })).filter(({ score }) => score > 0);
  const groups = new Map<string, { entry: PaletteEntry; score: number }[]>();
  for (const one of scored) groups.set(one.entry.group, [...(groups.get(one.entry.group) ?? []), one]);
  return [...groups]
    .map(([name, entries]) => ({ name, entries: entries.sort((a, b) => b.score - a.score).slice(0, terms.length === 0 && name !== 'Commands' ? 4 : perGroup) }))
    .sort((a, b) => (terms.length === 0 ? 0 : (b.entries[0]?.score ?? 0) - (a.entries[0]?.score ?? 0)))
    .map(({ name, entries }) => ({ name, entries: entries.map(({ entry }) => entry) }));
}

function scoreOf(entry: PaletteEntry, terms: readonly string[]): number {
  if (terms.length === 0) return entry.disabledReason ? 1 : 2;
  const label = entry.label.toLowerCase();
  let score = 0;
  for (const term of terms) {
    if (label.startsWith(term)) score += 8;
    else if (label.includes(` ${term}`)) score += 6;
    else if (label.includes(term)) score += 3;
    else if (entry.words.includes(term)) score += 2;
    else return 0;
  }
  return score / terms.length - (entry.disabledReason ? 1 : 0);
}

/** The label cut into the parts that match a word of the text and those between. */
export function markMatch(label: string, text: string): { readonly text: string; readonly isMatch: boolean }[] {
  const terms = text.split(/\s+/).filter(Boolean).map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (terms.length === 0) return [{ text: label, isMatch: false }];
  return label.split(new RegExp(`(${terms.join('|')})`, 'gi')).filter(Boolean)
    .map((part) => ({ text: part, isMatch: terms.some((term) => new RegExp(`^${term}$`, 'i').test(part)) }));
}
