/** Builders of columns in memory for tests. */
import type { CategoryColumn, NumberColumn } from '../../shared/domain/column-data.ts';
import type { ColumnType } from '../../shared/domain/columns.ts';

export function numbers(name: string, values: Iterable<number>, type: ColumnType = 'number'): NumberColumn {
  return { kind: 'number', name, type, values: Float64Array.from(values) };
}

/** null is missing. */
export function categories(name: string, values: Iterable<string | null>, type: ColumnType = 'category'): CategoryColumn {
  const codeOf = new Map<string, number>();
  const codes = Int32Array.from([...values], (value) => {
    if (value === null) return -1;
    if (!codeOf.has(value)) codeOf.set(value, codeOf.size);
    return codeOf.get(value)!;
  });
  return { kind: 'category', name, type, codes, labels: [...codeOf.keys()] };
}

/** `count` values of `make(i)`. */
export function repeat<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
