/** What changed between run A and run B; what is the same is one line until it is asked for. */
import { useMemo, useState, type ReactElement } from 'react';
import type { Run } from '../../shared/domain/runs.ts';
import { IconButton } from '../ui/button.tsx';
import { SeriesDot } from '../ui/chip.tsx';
import { formatMetric, formatPlural } from '../ui/format.ts';
import { Select } from '../ui/select.tsx';
import { diffRuns, type DiffLine } from './runs-diff.ts';
import styles from './runs-compare.module.css';

export function RunsDiffPanel({ runs }: { readonly runs: readonly Run[] }): ReactElement | null {
  const [chosen, setChosen] = useState<{ readonly a: string | null; readonly b: string | null }>({ a: null, b: null });
  const [showsSame, setShowsSame] = useState(false);
  // Older is A: what changed reads forward in time.
  const ordered = useMemo(() => [...runs].sort((x, y) => x.startedAtMs - y.startedAtMs), [runs]);
  const b = ordered.find((run) => run.id === chosen.b) ?? ordered.at(-1);
  const a = ordered.find((run) => run.id === chosen.a && run !== b) ?? ordered.filter((run) => run !== b).at(-1);
  const lines = useMemo(() => (a && b ? diffRuns(a, b) : []), [a, b]);
  if (!a || !b) return null;
  const changed = lines.filter((line) => !line.isSame);
  const same = lines.filter((line) => line.isSame);
  const options = ordered.map((run) => ({ value: run.id as string, label: run.label, end: run.name }));
  return (
    <div className={styles['diff']}>
      <div className={styles['cellHead']}>
        <h3>What changed</h3>
        <span className={styles['pair']}>
          <Select label="Run A" isLabelHidden isQuiet isSmall value={a.id as string} options={options.filter((option) => option.value !== b.id)} onChange={(id) => setChosen({ a: id, b: b.id })} />
          <IconButton icon="arrow-right" label="Swap A and B" isSmall onPress={() => setChosen({ a: b.id, b: a.id })} />
          <Select label="Run B" isLabelHidden isQuiet isSmall value={b.id as string} options={options.filter((option) => option.value !== a.id)} onChange={(id) => setChosen({ a: a.id, b: id })} />
        </span>
      </div>
      <div className={styles['diffScroll']} tabIndex={0} role="region" aria-label={`What changed between ${a.label} and ${b.label}`}>
        <table className={styles['diffTable']}>
          <thead>
            <tr>
              <th scope="col"><span className="visually-hidden">What</span></th>
              <th scope="col"><span className={styles['runHead']}>A <SeriesDot colour={a.colour} /> <b>{a.label}</b></span></th>
              <th scope="col" className={styles['wideColumn']}><span className={styles['runHead']}>B <SeriesDot colour={b.colour} /> <b>{b.label}</b></span></th>
            </tr>
          </thead>
          {groupsOf(changed).map(([group, members]) => (
            <tbody key={group}>
              {group === 'Validation' || group === 'Test' ? <tr className={styles['group']}><th scope="rowgroup" colSpan={3}>{group} part</th></tr> : null}
              {members.map((line) => <DiffRow key={line.term} line={line} />)}
            </tbody>
          ))}
          {showsSame ? <tbody className={styles['same']}>{same.map((line) => <DiffRow key={`${line.group} ${line.term}`} line={line} />)}</tbody> : null}
        </table>
        {same.length > 0 ? (
          <button type="button" className={styles['sameToggle']} aria-expanded={showsSame} onClick={() => setShowsSame(!showsSame)}>
            {formatPlural(same.length, 'thing is', 'things are')} the same: {showsSame ? 'hide' : 'show'}
          </button>
        ) : null}
      </div>
    </div>
  );
}

function groupsOf(lines: readonly DiffLine[]): readonly (readonly [DiffLine['group'], readonly DiffLine[]])[] {
  const groups = new Map<DiffLine['group'], DiffLine[]>();
  for (const line of lines) groups.set(line.group, [...(groups.get(line.group) ?? []), line]);
  return [...groups];
}

function DiffRow({ line }: { readonly line: DiffLine }): ReactElement {
  const { delta } = line;
  return (
    <tr>
      <th scope="row">{line.term}</th>
      <td title={line.title?.a ?? line.a}>{line.a}</td>
      <td title={line.title?.b ?? line.b} className={delta ? styles['withDelta'] : undefined}>
        {delta && delta.isBetter !== null ? (
          <span className={delta.isBetter ? styles['better'] : styles['worse']} title={delta.isBetter ? 'better' : 'worse'}>
            {delta.value > 0 ? '+' : ''}{formatMetric(delta.value)}<span className="visually-hidden"> {delta.isBetter ? 'better' : 'worse'}</span>
          </span>
        ) : null}
        <b>{line.b}</b>
      </td>
    </tr>
  );
}
