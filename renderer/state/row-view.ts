/** A view of rows as it stands in the address. Pure. */
import type { Column } from '../../shared/domain/columns.ts';
import { isStoredView, RowView, storedView } from '../../shared/domain/query.ts';

/** The view that an address asks for; what does not make sense, or is of a column that is not there, is left out. */
export function parseView(text: string | undefined, columns: readonly Column[]): RowView {
  if (text === undefined) return storedView;
  try {
    const { filters, sort } = RowView.parse(JSON.parse(text));
    const has = ({ column }: { readonly column: string }) => columns.some(({ name }) => name === column);
    return { filters: filters.filter(has), sort: sort && has(sort) ? sort : null };
  } catch {
    // An address is typed and pasted: a broken one shows every row.
    return storedView;
  }
}

/** Null for every row as it is stored. */
export function writeView(view: RowView): string | null {
  return isStoredView(view) ? null : JSON.stringify(view);
}

/** The next order when the head of a column is pressed: up, down, as stored. */
export function nextSort({ sort }: RowView, column: string): RowView['sort'] {
  if (sort?.column !== column) return { column, isDescending: false };
  return sort.isDescending ? null : { column, isDescending: true };
}
