/** Filters of rows: which there are for a column, how they read, how a typed value becomes one. Pure. */
import type { ColumnType } from '../../shared/domain/columns.ts';
import { comparisons, type RowFilter } from '../../shared/domain/query.ts';

export const conditions = ['contains', ...comparisons, 'one-of', 'missing', 'present'] as const;
export type Condition = (typeof conditions)[number];

export const conditionWords: Readonly<Record<Condition, string>> = {
  contains: 'contains', '=': 'is', '<>': 'is not', '<': 'is below', '<=': 'is at most', '>': 'is above', '>=': 'is at least', 'one-of': 'is one of', missing: 'is missing', present: 'is there',
};

/** What is asked first of a column of this type. */
export function usualCondition(type: ColumnType): Condition {
  if (type === 'text' || type === 'category') return 'contains';
  if (type === 'image') return 'present';
  return type === 'boolean' ? '=' : '>=';
}

export function needsValue(condition: Condition): boolean {
  return condition !== 'missing' && condition !== 'present';
}

/** The filter, or null while nothing is written that it could look for. Values of "is one of" are parted by commas. */
export function filterOf(column: string, condition: Condition, value: string): RowFilter | null {
  switch (condition) {
    case 'missing': return { kind: 'missing', column, isMissing: true };
    case 'present': return { kind: 'missing', column, isMissing: false };
    case 'contains': return value === '' ? null : { kind: 'contains', column, text: value };
    case 'one-of': {
      const values = value.split(',').map((one) => one.trim()).filter((one) => one !== '');
      return values.length === 0 ? null : { kind: 'one-of', column, values };
    }
    default: return value.trim() === '' ? null : { kind: 'compare', column, operator: condition, value: value.trim() };
  }
}

/** "is above 10", after the name of the column. */
export function describeRowFilter(filter: RowFilter): string {
  switch (filter.kind) {
    case 'missing': return conditionWords[filter.isMissing ? 'missing' : 'present'];
    case 'contains': return `${conditionWords.contains} ${filter.text}`;
    case 'one-of': return `${conditionWords['one-of']} ${filter.values.join(', ')}`;
    case 'compare': return `${conditionWords[filter.operator]} ${filter.value}`;
  }
}
