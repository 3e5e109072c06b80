/** Where a moved block goes: after which other one. Pure; undefined when nothing would change. */

/** One step up or down: the block it then follows, null for the top. */
export function neighbourAfter<Id>(ids: readonly Id[], id: Id, by: 1 | -1): Id | null | undefined {
  const index = ids.indexOf(id);
  const to = index + by;
  if (index < 0 || to < 0 || to >= ids.length) return undefined;
  return by === 1 ? ids[to] : ids[to - 1] ?? null;
}

/** Dropped before the block at `index` (their count is the end): the block it then follows, null for the top. */
export function dropTarget<Id>(ids: readonly Id[], id: Id, index: number): Id | null | undefined {
  const from = ids.indexOf(id);
  if (from < 0 || index === from || index === from + 1) return undefined;
  return index === 0 ? null : ids[index - 1];
}
