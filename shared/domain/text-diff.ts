/**
 * What changed between two texts, in words. First line by line, then word by word inside lines that changed
 * (E. Myers, "An O(ND) difference algorithm", 1986). Joined parts are always exactly the two texts.
 */

export interface DiffPart {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Beyond this many single differences a stretch is shown as replaced whole: the cost grows with their square. */
const differenceLimit = 1000;

/** Removed parts come before the added ones that replace them; neighbours are of different kinds. */
export function diffTexts(before: string, after: string): DiffPart[] {
  const parts: DiffPart[] = [];
  let [removed, added] = ['', ''];
  const settle = () => {
    if (removed !== '' && added !== '') for (const part of diffTokens(wordsOf(removed), wordsOf(added))) push(parts, part.kind, part.text);
    else {
      push(parts, 'removed', removed);
      push(parts, 'added', added);
    }
    [removed, added] = ['', ''];
  };
  for (const { kind, text } of diffTokens(linesOf(before), linesOf(after))) {
    if (kind === 'removed') removed += text;
    else if (kind === 'added') added += text;
    else {
      settle();
      push(parts, 'same', text);
    }
  }
  settle();
  return inOrder(parts);
}

/** For reading: a space or a mark between two changes is part of them, so that whole phrases stand out. */
export function joinForReading(parts: readonly DiffPart[]): DiffPart[] {
  const joined: DiffPart[] = [];
  parts.forEach((part, index) => {
    const isBetween = part.kind === 'same' && index > 0 && index < parts.length - 1 && /^[^\p{L}\p{N}\n]{1,3}$/u.test(part.text);
    if (!isBetween) push(joined, part.kind, part.text);
    else for (const kind of ['removed', 'added'] as const) push(joined, kind, part.text);
  });
  return inOrder(joined);
}

/** Lines with their ends. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Words, runs of spaces, and single other characters; no character is cut in two. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}_]+|[ \t]+|\P{M}\p{M}*|\p{M}+/gsu) ?? [];
}

/** The shortest script from `a` to `b`; cost O((a + b) d) for d differences. */
function diffTokens(a: readonly string[], b: readonly string[]): DiffPart[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const parts: DiffPart[] = [];
  push(parts, 'same', a.slice(0, start).join(''));
  for (const part of differing(a.slice(start, a.length - end), b.slice(start, b.length - end))) push(parts, part.kind, part.text);
  push(parts, 'same', a.slice(a.length - end).join(''));
  return parts;
}

function differing(a: readonly string[], b: readonly string[]): DiffPart[] {
  const path = shortestPath(a, b);
  const parts: DiffPart[] = [];
  if (path === null) {
    push(parts, 'removed', a.join(''));
    push(parts, 'added', b.join(''));
    return parts;
  }
  let [x, y] = [0, 0];
  for (const [toX, toY] of path) {
    // A step is one token more of either side; the rest of the way is the same.
    if (toX - x > toY - y) push(parts, 'removed', a[x++] ?? '');
    else if (toY - y > toX - x) push(parts, 'added', b[y++] ?? '');
    push(parts, 'same', a.slice(x, toX).join(''));
    [x, y] = [toX, toY];
  }
  return parts;
}

/** The places (x tokens of `a`, y of `b`) after each step of the shortest script; null when there are too many. */
function shortestPath(a: readonly string[], b: readonly string[]): [x: number, y: number][] | null {
  const limit = Math.min(a.length + b.length, differenceLimit);
  // furthest[k + limit + 1]: how far along `a` the diagonal k = x - y has come.
  const furthest = new Int32Array(2 * limit + 3);
  const trace: Int32Array[] = [];
  for (let d = 0; d <= limit; d++) {
    for (let k = -d; k <= d; k += 2) {
      const at = k + limit + 1;
      let x = k === -d || (k !== d && (furthest[at - 1] ?? 0) < (furthest[at + 1] ?? 0)) ? furthest[at + 1] ?? 0 : (furthest[at - 1] ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      furthest[at] = x;
      if (x >= a.length && x - k >= b.length) {
        trace.push(furthest.slice(limit + 1 - d, limit + 2 + d));
        return walkBack(trace, a.length, b.length);
      }
    }
    trace.push(furthest.slice(limit + 1 - d, limit + 2 + d));
  }
  return null;
}

/** `trace[d]` has the diagonals -d to d after d differences. */
function walkBack(trace: readonly Int32Array[], width: number, height: number): [number, number][] {
  const path: [number, number][] = [];
  let [x, y] = [width, height];
  for (let d = trace.length - 1; d >= 0; d--) {
    path.push([x, y]);
    if (d === 0) break;
    const k = x - y;
    const before = trace[d - 1];
    const reach = (diagonal: number) => before?.[diagonal + d - 1] ?? -1;
    const isDown = k === -d || (k !== d && reach(k - 1) < reach(k + 1));
    const from = isDown ? k + 1 : k - 1;
    x = reach(from);
    y = x - from;
  }
  return path.reverse();
}

function push(parts: DiffPart[], kind: DiffPart['kind'], text: string): void {
  if (text === '') return;
  const last = parts.at(-1);
  if (last?.kind === kind) parts[parts.length - 1] = { kind, text: last.text + text };
  else parts.push({ kind, text });
}

/** Between two same parts: what was removed as one, then what was added as one. */
function inOrder(parts: readonly DiffPart[]): DiffPart[] {
  const ordered: DiffPart[] = [];
  let [removed, added] = ['', ''];
  for (const { kind, text } of [...parts, { kind: 'same', text: '' } as const]) {
    if (kind === 'removed') removed += text;
    else if (kind === 'added') added += text;
    else {
      push(ordered, 'removed', removed);
      push(ordered, 'added', added);
      push(ordered, 'same', text);
      [removed, added] = ['', ''];
    }
  }
  return ordered;
}
