/** What is odd about the rows: copies, numbers far from the others, and texts by their length. */
import type { ReactElement } from 'react';
import { repeatedSentence } from '../../shared/domain/relation-words.ts';
import type { OutlierCount, Relations, RepeatedRows, TextLengths } from '../../shared/domain/relations.ts';
import { DataTable, type DataColumn } from '../ui/data-table.tsx';
import { formatCount, formatNumber, formatShare } from '../ui/format.ts';
import styles from './dataset-profile.module.css';

export function DatasetOdd({ relations }: { readonly relations: Relations }): ReactElement {
  const { repeated, outliers, texts } = relations;
  return (
    <>
      <section className={styles['section']} aria-labelledby="repeated-heading">
        <h3 id="repeated-heading">Repeated rows</h3>
        <p className={repeated.groupCount === 0 ? 'muted' : styles['finding']}>{repeatedSentence(repeated)}</p>
        {repeated.groupCount === 0 ? null : <Examples repeated={repeated} />}
      </section>
      {outliers.length === 0 ? null : (
        <section className={styles['section']} aria-labelledby="outliers-heading">
          <h3 id="outliers-heading">Outliers</h3>
          <p className="muted">Numbers beyond Tukey’s fences: 1.5 and 3 interquartile ranges from the quartiles{outliers.some(({ isExact }) => !isExact) ? ', which are estimated here' : ''}.</p>
          <div className={styles['table']} style={{ height: heightOf(outliers.length) }}><DataTable label="Outliers" rows={outliers} columns={outlierColumns} rowId={({ column }) => column} /></div>
        </section>
      )}
      {texts.length === 0 ? null : (
        <section className={styles['section']} aria-labelledby="texts-heading">
          <h3 id="texts-heading">Lengths of texts</h3>
          <div className={styles['table']} style={{ height: heightOf(texts.length) }}><DataTable label="Lengths of texts" rows={texts} columns={textColumns} rowId={({ column }) => column} /></div>
        </section>
      )}
    </>
  );
}

/** A heading and rows of 28 px, up to ten of them. */
function heightOf(rowCount: number): number {
  return 30 + 28 * Math.min(10, rowCount);
}

function Examples({ repeated }: { readonly repeated: RepeatedRows }): ReactElement {
  return (
    <div className={styles['examples']} tabIndex={0} role="region" aria-label="The most repeated rows">
      <table>
        <thead><tr><th scope="col">Times</th><th scope="col">First at row</th>{repeated.columns.map((name) => <th key={name} scope="col">{name}</th>)}</tr></thead>
        <tbody>
          {repeated.examples.map(({ times, row, cells }) => <tr key={row}><td>{formatCount(times)}</td><td>{formatCount(row + 1)}</td>{cells.map((cell, index) => <td key={index}>{cell === null ? <span className="muted">missing</span> : String(cell)}</td>)}</tr>)}
        </tbody>
      </table>
    </div>
  );
}

const outlierColumns: readonly DataColumn<OutlierCount>[] = [
  { id: 'column', header: 'Column', width: 160, isGrowing: true, value: ({ column }) => column },
  { id: 'outliers', header: 'Beyond 1.5', width: 150, align: 'right', isDescendingFirst: true, value: ({ outlierCount }) => outlierCount, cell: ({ outlierCount, numberCount }) => counted(outlierCount, numberCount) },
  { id: 'far', header: 'Beyond 3', width: 150, align: 'right', isDescendingFirst: true, value: ({ farCount }) => farCount, cell: ({ farCount, numberCount }) => counted(farCount, numberCount) },
  { id: 'low', header: 'Below', width: 110, align: 'right', value: ({ fences }) => fences?.low ?? null, cell: ({ fences }) => (fences ? formatNumber(fences.low) : <span className="muted">half are equal</span>) },
  { id: 'high', header: 'Above', width: 110, align: 'right', value: ({ fences }) => fences?.high ?? null, cell: ({ fences }) => formatNumber(fences?.high) },
];

const textColumns: readonly DataColumn<TextLengths>[] = [
  { id: 'column', header: 'Column', width: 160, isGrowing: true, value: ({ column }) => column },
  ...(['min', 'median', 'mean', 'max'] as const).map((id): DataColumn<TextLengths> => ({
    id, header: { min: 'Shortest', median: 'Median', mean: 'Mean', max: 'Longest' }[id], width: 96, align: 'right', value: ({ lengths }) => lengths?.[id] ?? null, cell: ({ lengths }) => formatNumber(lengths?.[id]),
  })),
  { id: 'empty', header: 'Empty', width: 130, align: 'right', isDescendingFirst: true, value: ({ emptyCount }) => emptyCount, cell: ({ emptyCount, textCount }) => counted(emptyCount, textCount) },
];

function counted(count: number, of: number): ReactElement | string {
  return count === 0 ? <span className="muted">none</span> : `${formatCount(count)} (${formatShare(count / of)})`;
}
