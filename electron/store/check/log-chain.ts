/**
 * One session of one device, put together from segments that may overlap, repeat, be missing or contradict each other.
 * Memory: 32 bytes a record, because a log has millions of them.
 */

/** What is kept of a segment. */
export interface Piece {
  readonly file: string;
  /** Number of its first record. */
  readonly first: number;
  /** Hash of the record before it, and of its last; hex. */
  readonly parent: string;
  readonly head: string;
  /** The hashes of its records, 32 bytes each. */
  readonly hashes: Buffer;
  /** Numbers of the records that are no events of a user. */
  readonly bookkeeping: readonly number[];
  /** Person of its last record. */
  readonly person: string;
}

export interface Chain {
  /** The number after its last record. */
  readonly end: number;
  /** Distinct events. */
  readonly eventCount: number;
  /** Records that are not here and that a later piece needs; `file` is that piece. */
  readonly gaps: readonly { readonly file: string; readonly first: number; readonly end: number }[];
  /** Pieces that say something else than another about the same number, and from where on. */
  readonly forks: readonly { readonly file: string; readonly number: number }[];
  /** Pieces that do not follow from the record before them. */
  readonly breaks: readonly { readonly file: string; readonly number: number }[];
  /** Whether a record is here, in whichever branch. */
  has(number: number, hash: string): boolean;
  /** The piece that has a number; null in a gap and after the end. */
  pieceAt(number: number): Piece | null;
}

/** Joins the pieces of one session; of equal ones the first counts. */
export function joinPieces(pieces: readonly Piece[]): Chain {
  const main: { from: number; piece: Piece }[] = [];
  const branches = new Map<number, Set<string>>();
  const gaps: { file: string; first: number; end: number }[] = [];
  const forks: { file: string; number: number }[] = [];
  const breaks: { file: string; number: number }[] = [];
  let end = 0;
  let eventCount = 0;

  function pieceAt(number: number): Piece | null {
    let low = 0;
    for (let high = main.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((main[middle]?.from ?? 0) <= number) low = middle + 1;
      else high = middle;
    }
    const piece = main[low - 1]?.piece;
    return piece && number >= piece.first && number < endOf(piece) ? piece : null;
  }

  function has(number: number, hash: string): boolean {
    const piece = pieceAt(number);
    return (piece !== null && hashIn(piece, number) === hash) || branches.get(number)?.has(hash) === true;
  }

  function branch(piece: Piece, from: number): void {
    for (let number = from; number < endOf(piece); number++) {
      const known = branches.get(number) ?? new Set();
      const hash = hashIn(piece, number);
      if (!known.has(hash) && !piece.bookkeeping.includes(number)) eventCount += 1;
      branches.set(number, known.add(hash));
    }
  }

  for (const piece of [...pieces].sort(byPlace)) {
    const pieceEnd = endOf(piece);
    let differs = piece.first;
    while (differs < Math.min(pieceEnd, end) && hashIn(piece, differs) === hashAt(pieceAt(differs), differs)) differs += 1;
    if (differs < Math.min(pieceEnd, end)) {
      const isKnown = has(differs, hashIn(piece, differs)) || (differs === piece.first && branches.get(differs - 1)?.has(piece.parent) === true);
      if (!isKnown) forks.push({ file: piece.file, number: differs });
      branch(piece, differs);
      continue;
    }
    if (pieceEnd <= end && main.length > 0) continue;
    if (piece.first > end) gaps.push({ file: piece.file, first: end, end: piece.first });
    if (piece.first === end && end > 0 && hashAt(pieceAt(end - 1), end - 1) !== piece.parent) {
      if (branches.get(end - 1)?.has(piece.parent) === true) {
        branch(piece, piece.first);
        continue;
      }
      breaks.push({ file: piece.file, number: piece.first });
    }
    const from = Math.max(piece.first, end);
    main.push({ from, piece });
    eventCount += pieceEnd - from - piece.bookkeeping.filter((number) => number >= from).length;
    end = pieceEnd;
  }
  return { end, eventCount, gaps, forks, breaks, has, pieceAt };
}

/** The number after the last record of a piece. */
export function endOf(piece: Piece): number {
  return piece.first + piece.hashes.length / 32;
}

function hashIn(piece: Piece, number: number): string {
  const at = (number - piece.first) * 32;
  return piece.hashes.toString('hex', at, at + 32);
}

function hashAt(piece: Piece | null, number: number): string | null {
  return piece && hashIn(piece, number);
}

function byPlace(a: Piece, b: Piece): number {
  if (a.first !== b.first) return a.first - b.first;
  return a.head < b.head ? -1 : a.head > b.head ? 1 : 0;
}
