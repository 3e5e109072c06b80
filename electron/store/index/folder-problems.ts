/** What is not good in the folder, from what the index knows of its files: kept aside, awaited, missed. */
import type { FolderProblemKind } from '../../../shared/domain/sync.ts';
import type { Sessions } from './sessions.ts';
import type { Sqlite } from '../sqlite.ts';

export interface Problem {
  readonly kind: FolderProblemKind;
  /** Relative to the project. */
  readonly file: string;
  /** The device whose file it is; null where that is not known. */
  readonly device: string | null;
  /** A sentence part. */
  readonly what: string;
}

export interface FolderProblems {
  problems(): Problem[];
  /** Files that are not whole. */
  unfinished(): string[];
  /** Calls a file damaged that has not grown for a while though what follows it is here. */
  age(): void;
}

/** A file that has not changed for so long has arrived as far as it will. */
const stableMs = 15 * 60_000;

export function createFolderProblems({ db, sessions, clock }: { readonly db: Sqlite; readonly sessions: Sessions; readonly clock: () => number }): FolderProblems {
  const selectBad = db.prepare<[], { path: string; status: FolderProblemKind; problem: string }>(sql.selectBad);
  const selectMissing = db.prepare<[], string>(sql.selectMissing).pluck();
  const selectPlace = db.prepare<[number], { path: string; has_earlier: number }>(sql.selectPlace);
  const selectUnfinished = db.prepare<[], string>(sql.selectUnfinished).pluck();
  const ageFiles = db.prepare<{ before: number }>(sql.ageFiles);

  function gaps(): Problem[] {
    return sessions.unrooted().flatMap((segment) => {
      const place = selectPlace.get(segment);
      if (!place) return [];
      const what = place.has_earlier ? 'it does not follow from the file before it in its session' : 'an earlier file of its session is not here yet';
      return [{ kind: 'waiting' as const, file: place.path, device: deviceOfPath(place.path), what }];
    });
  }

  function announced(): Problem[] {
    return sessions.lost().map(({ device, session, what }) => ({
      kind: 'waiting' as const, file: `log/${device || '?'}/${session}`, device: device || null, what,
    }));
  }

  return {
    problems() {
      const bad = selectBad.all().map(({ path, status, problem }): Problem => ({ kind: status, file: path, device: deviceOfPath(path), what: problem }));
      const named = new Set(bad.map(({ file }) => file));
      const missing = selectMissing.all().filter((path) => !named.has(path)).map((path): Problem => ({
        kind: 'missing', file: path, device: deviceOfPath(path), what: 'it was here before and is gone; what it said is still shown',
      }));
      const files = [...bad, ...missing, ...gaps()];
      return [...files.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)), ...announced()];
    },
    unfinished: () => selectUnfinished.all(),
    age: () => void ageFiles.run({ before: clock() - stableMs }),
  };
}

/** The device in whose folder a file of the log lies. */
function deviceOfPath(path: string): string | null {
  return /^log\/([0-9a-hjkmnp-tv-z]{16})\//.exec(path)?.[1] ?? null;
}

/** A segment counts as here while a good file has it. */
const isHere = (segment: string) => `EXISTS (SELECT 1 FROM file_segments x WHERE x.segment = ${segment})`;

const sql = {
  /** A file is healed by a good copy under another name: of what it once was, of what it begins as, or of what it is called. */
  selectBad: `SELECT f.path, f.status, f.problem FROM files f WHERE f.status IN ('waiting', 'damaged', 'foreign')
    AND NOT (NOT EXISTS (SELECT 1 FROM file_segments x WHERE x.path = f.path)
      AND EXISTS (SELECT 1 FROM segments g WHERE g.path = f.path) AND NOT EXISTS (SELECT 1 FROM segments g WHERE g.path = f.path AND NOT ${isHere('g.id')}))
    AND NOT EXISTS (SELECT 1 FROM segments g JOIN sessions s ON s.id = g.session AND s.session = f.session WHERE g.first_n = f.first_n AND ${isHere('g.id')})
    AND NOT EXISTS (SELECT 1 FROM files o WHERE o.hint = f.hint AND o.path <> f.path AND o.status = 'sealed')
    ORDER BY f.path`,
  selectMissing: `SELECT DISTINCT g.path FROM segments g WHERE NOT ${isHere('g.id')} ORDER BY g.path`,
  selectPlace: `SELECT g.path, EXISTS (SELECT 1 FROM segments b WHERE b.session = g.session AND b.last_n = g.first_n - 1) AS has_earlier
    FROM segments g WHERE g.id = ? AND ${isHere('g.id')}`,
  selectUnfinished: "SELECT path FROM files WHERE status = 'waiting'",
  ageFiles: `UPDATE files SET status = 'damaged', problem = 'it is not complete, and what follows it is here' WHERE status = 'waiting' AND modified_at_ms >= 0
    AND since_ms <= :before AND EXISTS (
      SELECT 1 FROM sessions s JOIN segments g ON g.session = s.id
      WHERE s.session = coalesce(files.session, substr(files.hint, 1, 26)) AND g.first_n > coalesce(files.first_n, s.complete_n))`,
} as const;
