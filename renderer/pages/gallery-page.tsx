/** Every piece of the kit in its states, to look at and to test; reached by its address only. */
import { useState, type ReactElement } from 'react';
import { PageFrame } from '../app/page-frame.tsx';
import { failureOf } from '../../shared/errors.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Chip, SeriesDot } from '../ui/chip.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Icon } from '../ui/icon.tsx';
import { icons, type IconName } from '../ui/icons.ts';
import { Progress } from '../ui/progress.tsx';
import { Select } from '../ui/select.tsx';
import { Sparkline, MiniHistogram } from '../ui/sparkline.tsx';
import { EmptyState, ErrorPanel } from '../ui/states.tsx';
import { StatusLabel } from '../ui/status-label.tsx';
import { TextField } from '../ui/text-field.tsx';
import { showError, showToast } from '../ui/toast.tsx';
import { Checkbox, Segmented, Slider, Switch } from '../ui/toggles.tsx';
import styles from './gallery-page.module.css';

interface Sample { readonly id: string; readonly name: string; readonly loss: number; }
const samples: readonly Sample[] = Array.from({ length: 100_000 }, (_, index) => ({ id: String(index), name: `Row ${index}`, loss: ((index * 7919) % 10_007) / 10_007 }));

export function GalleryPage(): ReactElement {
  const [text, setText] = useState('Ana');
  const [choice, setChoice] = useState<'a' | 'b'>('a');
  const [share, setShare] = useState(0.6);
  const [isOn, setIsOn] = useState(true);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set(['2']));
  const options = [{ value: 'a', label: 'Epoch' }, { value: 'b', label: 'Step' }] as const;
  return (
    <PageFrame title="Gallery">
      <div className={styles['page']}>
        <div className={styles['row']}>
          <Button kind="primary" icon="play">Start training</Button><Button icon="plus">Add version</Button><Button kind="ghost" icon="clock">History</Button>
          <Button kind="danger" icon="trash">Remove</Button><Button disabledReason="Choose a target first.">Train</Button><Button isPending>Working</Button><IconButton icon="filter" label="Filter" />
        </div>
        <div className={styles['row']}>
          <TextField label="Name" value={text} onChange={setText} hint="Shown to others" /><TextField label="Rate" value="0" onChange={() => undefined} error="Choose a number above 0." />
          <Select label="Axis" value={choice} options={options} onChange={setChoice} /><Segmented label="Axis" value={choice} options={options} onChange={setChoice} />
          <Checkbox isSelected={isOn} onChange={setIsOn}>Include</Checkbox><Switch isSelected={isOn} onChange={setIsOn}>Log scale</Switch>
          <Slider label="Smoothing" value={share} min={0} max={0.99} step={0.01} onChange={setShare} format={(value) => value.toFixed(2)} />
        </div>
        <div className={styles['row']}>
          {Array.from({ length: 10 }, (_, colour) => <SeriesDot key={colour} colour={colour} />)}
          <Chip prefix="Source">BTS</Chip><Chip onRemove={() => undefined} removeLabel="Remove pilot">pilot</Chip>
          <StatusLabel tone="ok">Done</StatusLabel><StatusLabel tone="busy">Running 31/60</StatusLabel><StatusLabel tone="danger">Failed</StatusLabel><StatusLabel tone="warn">Drifted</StatusLabel>
          <Sparkline label="falling loss" values={[9, 6, 4, 3, 2.5, 2.2, 2.1]} colour={2} /><MiniHistogram label="counts" counts={[1, 4, 9, 6, 3, 1]} />
          <div className={styles['bar']}><Progress label="Import" done={31} total={60} /></div>
        </div>
        <div className={styles['row']}>{(Object.keys(icons) as IconName[]).map((name) => <span key={name} title={name}><Icon name={name} label={name} /></span>)}</div>
        <div className={styles['row']}><Button onPress={() => showToast('Removed flights', { undo: () => undefined })}>Toast</Button><Button onPress={() => showError(failureOf('files/empty', { path: 'a.csv' }))}>Error</Button></div>
        <ErrorPanel error={failureOf('data/ragged-row', { file: 'a.csv', line: 12, expected: 4, found: 3 })} onRetry={() => undefined} />
        <EmptyState actions={<Button kind="primary" icon="upload">Import data</Button>}>Drop a CSV or Parquet file here to begin.</EmptyState>
        <div className={styles['table']}>
          <DataTable
            label="Samples" rows={samples} rowId={(row) => row.id} selected={selected} onSelect={setSelected}
            columns={[{ id: 'name', header: 'Name', width: 200, isGrowing: true, value: (row) => row.name }, { id: 'loss', header: 'Log loss', width: 120, align: 'right', value: (row) => row.loss }]}
          />
        </div>
      </div>
    </PageFrame>
  );
}
