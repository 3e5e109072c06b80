/** The rows a table shows, in order, with the headings of their groups between them. Pure. */
export type TableItem<Row> =
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'group'; readonly group: string; readonly rows: readonly Row[] };

/** Groups keep the order of their first row, rows their order within; a collapsed group keeps its heading. */
export function flattenGroups<Row>(rows: readonly Row[], groupBy: ((row: Row) => string) | null, collapsed: ReadonlySet<string>): TableItem<Row>[] {
  if (groupBy === null) return rows.map((row) => ({ kind: 'row', row }));
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groupBy(row);
    const members = groups.get(group);
    if (members) members.push(row);
    else groups.set(group, [row]);
  }
  return [...groups].flatMap(([group, members]): TableItem<Row>[] => [
    { kind: 'group', group, rows: members },
    ...(collapsed.has(group) ? [] : members.map((row): TableItem<Row> => ({ kind: 'row', row }))),
  ]);
}

/** The index of the row `by` rows away from `from` (-1: none yet), clamped to the ends, skipping headings; -1 without rows. */
export function nextIndex<Row>(items: readonly TableItem<Row>[], from: number, by: number): number {
  const places = items.flatMap((item, index) => (item.kind === 'row' ? [index] : []));
  if (places.length === 0) return -1;
  const at = places.indexOf(from);
  const start = at < 0 ? (by > 0 ? -1 : places.length) : at;
  return places[Math.min(places.length - 1, Math.max(0, start + by))] ?? -1;
}
