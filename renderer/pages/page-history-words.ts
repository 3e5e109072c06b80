/** The log of a page as people read it. Typing is stored twice a second, so edits of one sitting become one line. Pure. */
import type { HistoryEntry } from '../../shared/domain/history.ts';

export interface PageEntry {
  readonly hash: string;
  readonly atMs: number;
  readonly person: string;
  readonly entities: readonly string[];
  /** After the person: "wrote text, for 4 minutes". */
  readonly words: string;
}

/** What typing is stored as. */
const typing: readonly string[] = ['pages.editBlock', 'datasets.writeNotes'];

/** Edits of one text by one person with no longer pause than this are one sitting. */
const sittingMs = 10 * 60_000;

/** One entry, or the last of those that one sitting made, with the first. */
export interface Sitting { readonly entry: HistoryEntry; readonly firstAtMs: number; readonly firstHash: string; }

/** Entries newest first, as they come; the edits of a sitting are its last one, with the time of the first. */
export function joinSittings(entries: readonly HistoryEntry[]): readonly Sitting[] {
  const joined: Sitting[] = [];
  // Where the sitting of a block goes on: other changes may stand between.
  const sittings = new Map<string, { entry: HistoryEntry; firstAtMs: number; firstHash: string }>();
  for (const entry of entries) {
    if (!typing.includes(entry.action)) {
      joined.push({ entry, firstAtMs: entry.atMs, firstHash: entry.hash });
      continue;
    }
    const key = `${entry.person} ${entry.device} ${entry.flag} ${entry.entities.join(' ')}`;
    const open = sittings.get(key);
    if (open && open.firstAtMs - entry.atMs <= sittingMs) {
      open.firstAtMs = entry.atMs;
      // The last half second of typing says nothing about the whole.
      open.entry = { ...open.entry, sentence: open.entry.sentence.replace(/: \u201c.*$/s, '') };
      open.firstHash = entry.hash;
      continue;
    }
    const sitting = { entry, firstAtMs: entry.atMs, firstHash: entry.hash };
    joined.push(sitting);
    sittings.set(key, sitting);
  }
  return joined;
}

/** The entries as a page shows them. */
export function joinEdits(entries: readonly HistoryEntry[]): readonly PageEntry[] {
  return joinSittings(entries).map(({ entry, firstAtMs }) => {
    const minutes = Math.round((entry.atMs - firstAtMs) / 60_000);
    const words = entry.action === 'pages.editBlock' ? `wrote text${minutes >= 1 ? `, for ${minutes === 1 ? 'a minute' : `${minutes} minutes`}` : ''}` : lowerFirst(withoutPage(entry));
    return { hash: entry.hash, atMs: entry.atMs, person: entry.person, entities: entry.entities, words };
  });
}

/** The page is known here, so what was done to its blocks need not name it. */
function withoutPage({ action, sentence }: HistoryEntry): string {
  return /^pages\.\w+Block$/.test(action) ? sentence.replace(/ (?:to|on|in|from|of|within) \u201c.*\u201d$/, '') : sentence;
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
