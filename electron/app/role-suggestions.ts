/** Which role a column plays by its name, its type and its values, with the reason. Pure; at most one role per column. */
import type { RoleSuggestion } from '../../shared/domain/classification.ts';
import type { Column, ColumnProfile } from '../../shared/domain/columns.ts';

const targetNames = new Set(['target', 'label', 'class', 'outcome', 'y']);
const weightNames = new Set(['sample_weight', 'sampleweight', 'weights', 'survey_weight', 'case_weight']);
const partNames = new Set(['train', 'training', 'test', 'testing', 'valid', 'validation', 'val', 'dev', 'holdout']);
/** Fewer rows than this are distinct by chance. */
const fewestRows = 20;

/** `profile` has one entry per column. */
export function suggestRoles(columns: readonly Column[], profile: readonly ColumnProfile[]): RoleSuggestion[] {
  const times = columns.filter(({ type }) => type === 'date' || type === 'timestamp');
  const targets = columns.filter(({ name }) => targetNames.has(name.toLowerCase()));
  return columns.flatMap((column): RoleSuggestion[] => {
    const about = profile.find(({ name }) => name === column.name);
    const role = about === undefined ? null
      : constant(about) ?? id(column, about) ?? part(about) ?? weight(column, about)
        ?? (times.length === 1 && times[0] === column ? { role: 'time' as const, reason: 'It is the only time of the table.' } : null)
        ?? (targets.length === 1 && targets[0] === column ? { role: 'target' as const, reason: 'Its name says that it is what one wants to know.' } : null);
    return role === null ? [] : [{ column: column.name, ...role }];
  });
}

type Role = Omit<RoleSuggestion, 'column'>;

function constant({ distinctCount, rowCount }: ColumnProfile): Role | null {
  return distinctCount <= 1 && rowCount > 1 ? { role: 'ignore', reason: distinctCount === 0 ? 'It has no value at all.' : 'It has the same value in every row.' } : null;
}

function id({ name, type }: Column, { distinctCount, distinctIsExact, missingCount, rowCount }: ColumnProfile): Role | null {
  const isNamed = /(^|[^a-zA-Z])(id|uuid|guid|key|nr|index)$|[a-z](Id|ID|Key)$/.test(name) || /^(id|uuid|guid|key|index)$/i.test(name);
  const isUnique = distinctIsExact && distinctCount === rowCount && missingCount === 0 && rowCount > fewestRows;
  if (type === 'boolean' || type === 'number' || type === 'date' || type === 'timestamp') return null;
  return isNamed && isUnique ? { role: 'id', reason: 'Its name says so, and it is another one in every row.' } : null;
}

function part({ topValues, distinctCount }: ColumnProfile): Role | null {
  const values = topValues ?? [];
  const isPart = distinctCount >= 2 && distinctCount <= 4 && values.length === distinctCount && values.every(({ value }) => partNames.has(value.trim().toLowerCase()));
  return isPart ? { role: 'split', reason: `Its values are ${values.map(({ value }) => `“${value}”`).join(', ')}.` } : null;
}

function weight({ name }: Column, { numeric }: ColumnProfile): Role | null {
  return weightNames.has(name.toLowerCase()) && numeric !== null && numeric.min >= 0 ? { role: 'weight', reason: 'Its name says so, and it is never negative.' } : null;
}
