/** Which columns are missing in the same rows: each pattern a line, each column with missing values a place in it. */
import { useMemo, type ReactElement } from 'react';
import { missingSentence } from '../../shared/domain/relation-words.ts';
import type { MissingPatterns } from '../../shared/domain/relations.ts';
import { formatPlural, formatShare } from '../ui/format.ts';
import { HeatGrid } from '../ui/heat-grid.tsx';
import styles from './dataset-profile.module.css';

export function DatasetMissing({ missing, rowCount }: { readonly missing: MissingPatterns; readonly rowCount: number }): ReactElement {
  const { columns, patterns, patternCount } = missing;
  const sets = useMemo(() => patterns.map((pattern) => new Set(pattern.columns)), [patterns]);
  const lines = patterns.map((pattern) => `${formatPlural(pattern.rowCount, 'row')}, ${formatShare(pattern.rowCount / Math.max(1, rowCount))}`);
  const names = columns.map(({ name }) => name);
  return (
    <section className={styles['section']} aria-labelledby="missing-heading">
      <h3 id="missing-heading">Missing together</h3>
      <p className={columns.length === 0 ? 'muted' : styles['finding']}>{missingSentence(missing, rowCount)}</p>
      {columns.length === 0 ? null : (
        <HeatGrid
          label="Patterns of missing values" corner="Rows" isSquare rows={lines} columns={names} selected={null}
          cellOf={({ row, column }) => {
            const isMissing = sets[row]?.has(names[column] ?? '') ?? false;
            return { said: `${names[column] ?? ''} ${isMissing ? 'missing' : 'present'} in ${lines[row] ?? ''}`, fill: isMissing ? 'var(--warn)' : 'var(--diverge-mid)' };
          }}
        />
      )}
      {patternCount + 1 > patterns.length && patterns.length >= 20 ? <p className="muted small">The {patterns.length} most frequent of {patternCount} patterns.</p> : null}
    </section>
  );
}
