/** How columns go together: a map of all pairs, the strongest in words, and the same as a table. */
import { useMemo, useState, type ReactElement } from 'react';
import { decimals, measuresOf, pairSentence, scopeSentence, strongestPairs, weakPair } from '../../shared/domain/relation-words.ts';
import { strengthOf, type Relation, type Relations } from '../../shared/domain/relations.ts';
import { DataTable, type DataColumn } from '../ui/data-table.tsx';
import { formatCount, formatPlural } from '../ui/format.ts';
import { HeatGrid, type HeatCell, type HeatPlace } from '../ui/heat-grid.tsx';
import { Segmented } from '../ui/toggles.tsx';
import { fillOf, valueOf, type Coefficient } from './relation-colours.ts';
import styles from './dataset-profile.module.css';

const listedPairs = 8;

export function DatasetRelations({ relations }: { readonly relations: Relations }): ReactElement {
  const { compared, pairs } = relations;
  const [shows, setShows] = useState<'map' | 'table'>('map');
  const [coefficient, setCoefficient] = useState<Coefficient>('spearman');
  const [chosen, setChosen] = useState<HeatPlace | null>(null);
  const strongest = useMemo(() => strongestPairs(pairs), [pairs]);
  const byPlace = useMemo(() => {
    const places = new Map(compared.map((name, place) => [name, place]));
    return new Map(pairs.flatMap((pair) => {
      const [a, b] = [places.get(pair.a) ?? 0, places.get(pair.b) ?? 0];
      return [[`${a} ${b}`, pair], [`${b} ${a}`, pair]] as const;
    }));
  }, [compared, pairs]);
  const listed = strongestPairs(strongest, weakPair).slice(0, listedPairs);
  const first = strongest[0];
  const selected = chosen ?? (first ? { row: compared.indexOf(first.a), column: compared.indexOf(first.b) } : null);
  const pair = selected ? byPlace.get(`${selected.row} ${selected.column}`) ?? null : null;
  const cellOf = ({ row, column }: HeatPlace): HeatCell => {
    if (row === column) return { said: compared[row] ?? '', fill: null };
    const one = byPlace.get(`${row} ${column}`);
    return one ? { said: `${one.a} and ${one.b}: ${measuresOf(one) || 'not defined'}`, fill: fillOf(one, coefficient) } : { said: '', fill: null };
  };
  return (
    <section className={styles['section']} aria-labelledby="relations-heading">
      <div className={styles['head']}>
        <h3 id="relations-heading">Relations between columns</h3><span className={styles['spacer']} />
        {shows === 'map' ? <Segmented label="Numbers are compared by" value={coefficient} options={[{ value: 'spearman', label: 'Spearman' }, { value: 'pearson', label: 'Pearson' }]} onChange={setCoefficient} /> : null}
        <Segmented label="Show relations as" value={shows} options={[{ value: 'map', label: 'Map' }, { value: 'table', label: 'Table' }]} onChange={setShows} />
      </div>
      <p className="muted">{scopeSentence(relations)}</p>
      {pairs.length === 0 ? null : shows === 'table' ? (
        <div className={styles['table']}><DataTable label="Pairs of columns" rows={strongest} columns={pairColumns} rowId={({ a, b }) => `${a}\n${b}`} /></div>
      ) : (
        <div className={styles['map']}>
          <div>
            <HeatGrid label="Relations between columns" corner="Column" isSquare rows={compared} columns={compared} cellOf={cellOf} selected={selected} onSelect={setChosen} />
            <Legend />
          </div>
          <div className={styles['aside']}>
            <p className={styles['finding']} role="status">{pair ? `${pairSentence(pair)}.` : 'Choose a pair.'}</p>
            {pair ? <p className="muted">{[measuresOf(pair), `${formatPlural(pair.rowCount, 'row')} with both values`].filter(Boolean).join('; ')}.</p> : null}
            <h4>Strongest</h4>
            {listed.length === 0 ? <p className="muted">No two columns go together.</p> : null}
            <ol className={styles['pairs']}>
              {listed.map((one) => (
                <li key={`${one.a}\n${one.b}`}>
                  <button type="button" aria-pressed={one === pair} onClick={() => setChosen({ row: compared.indexOf(one.a), column: compared.indexOf(one.b) })}>
                    <i style={{ background: fillOf(one, coefficient) ?? 'none' }} aria-hidden /><span className="ellipsis" title={`${one.a} and ${one.b}`}>{one.a} <span className="muted">and</span> {one.b}</span><b>{decimals(valueOf(one, coefficient) ?? NaN)}</b>
                  </button>
                </li>
              ))}
            </ol>
          </div>
        </div>
      )}
    </section>
  );
}

function Legend(): ReactElement {
  return (
    <p className={styles['legend']}>
      <span>against each other</span><span className={styles['ramp']} data-kind="signed" aria-hidden /><span>rise together</span>
      <span className={styles['ramp']} data-kind="unsigned" aria-hidden /><span>with a category: no sign</span>
    </p>
  );
}

const pairColumns: readonly DataColumn<Relation>[] = [
  { id: 'a', header: 'Column', width: 150, isGrowing: true, value: ({ a }) => a },
  { id: 'b', header: 'And', width: 150, isGrowing: true, value: ({ b }) => b },
  ...([['pearson', 'Pearson'], ['spearman', 'Spearman'], ['cramersV', 'Cram\u00e9r\u2019s V'], ['eta', 'Corr. ratio']] as const).map(([id, header]): DataColumn<Relation> => ({
    id, header, width: 100, align: 'right', isDescendingFirst: true, value: (pair) => pair[id], cell: (pair) => { const value = pair[id]; return value === null ? <span className="muted">{'\u2013'}</span> : decimals(value, 4); },
  })),
  { id: 'strength', header: 'Strength', width: 92, align: 'right', isDescendingFirst: true, value: (pair) => Math.abs(strengthOf(pair) ?? 0), cell: (pair) => Math.abs(strengthOf(pair) ?? 0).toFixed(4) },
  { id: 'rows', header: 'Rows', width: 96, align: 'right', isDescendingFirst: true, value: ({ rowCount }) => rowCount, cell: ({ rowCount }) => formatCount(rowCount) },
];
