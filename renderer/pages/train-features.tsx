/** Which columns the model may use: each with its type, how it enters, and what its profile says. */
import { useMemo, useState, type ReactElement } from 'react';
import type { ColumnProfile } from '../../shared/domain/columns.ts';
import type { DatasetVersion } from '../../shared/domain/datasets.ts';
import { Button } from '../ui/button.tsx';
import { columnTypeWords } from '../ui/column-icon.tsx';
import { formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { MiniHistogram } from '../ui/sparkline.tsx';
import { FilterField } from '../ui/text-field.tsx';
import { Checkbox } from '../ui/toggles.tsx';
import type { TrainDraft } from './train-draft.ts';
import { encodingWords, featureHint, typeIcons } from './train-hints.ts';
import styles from './train-page.module.css';

export interface TrainFeaturesProps {
  readonly draft: TrainDraft;
  readonly version: DatasetVersion;
  readonly profiles: readonly ColumnProfile[] | null;
  readonly error: string | null;
  readonly onChange: (part: Partial<TrainDraft>) => void;
}

export function TrainFeatures({ draft, version, profiles, error, onChange }: TrainFeaturesProps): ReactElement {
  const [filter, setFilter] = useState('');
  const candidates = useMemo(() => version.columns.filter((column) => column.name !== draft.target), [version, draft.target]);
  const byName = useMemo(() => new Map(profiles?.map((profile) => [profile.name, profile])), [profiles]);
  const shown = candidates.filter((column) => column.name.toLowerCase().includes(filter.toLowerCase()));
  const chosen = new Set(draft.features);
  const set = (names: ReadonlySet<string>) => onChange({ features: candidates.map((column) => column.name).filter((name) => names.has(name)) });
  const toggle = (name: string, on: boolean) => { const next = new Set(chosen); if (on) next.add(name); else next.delete(name); set(next); };
  const good = candidates.filter((column) => !featureHint(byName.get(column.name)).isWarning).map((column) => column.name);
  return (
    <section className={styles['section']} aria-label="Features">
      <div className={styles['sectionHead']}>
        <h2>Features</h2>
        <span className="muted small">{chosen.size} of {formatPlural(candidates.length, 'column')}</span>
        <span className={styles['spacer']} />
        {candidates.length > 12 ? <FilterField label="Filter columns" placeholder="Filter columns" value={filter} onChange={setFilter} className={styles['columnFilter'] ?? ''} /> : null}
        <Button kind="ghost" isSmall onPress={() => set(new Set(good))}>All useful</Button>
        <Button kind="ghost" isSmall onPress={() => set(new Set())}>None</Button>
      </div>
      {error ? <p className={styles['sectionError']} role="alert"><Icon name="error" size={12} />{error}</p> : null}
      <ul className={styles['features']}>
        {shown.map((column) => {
          const profile = byName.get(column.name);
          const hint = featureHint(profile);
          const counts = profile?.numeric?.histogram.counts ?? profile?.topValues?.map((top) => top.count);
          const isOn = chosen.has(column.name);
          return (
            <li key={column.name} className={styles['feature']} data-off={!isOn}>
              <Checkbox isSelected={isOn} onChange={(on) => toggle(column.name, on)}><span className={styles['featureName']} title={column.name}><Icon name={typeIcons[column.type]} /><span className="ellipsis">{column.name}</span></span></Checkbox>
              <span className="muted small">{columnTypeWords[column.type].toLowerCase()}</span>
              <span className="muted small">{encodingWords(column.type)}</span>
              <span>{counts ? <MiniHistogram counts={counts} width={72} height={18} isMuted={!isOn} label={`Distribution of ${column.name}`} /> : null}</span>
              <span className={styles['hint']} data-warning={hint.isWarning} title={hint.text}>{hint.isWarning ? <Icon name="warning" size={12} /> : null}<span className="ellipsis">{hint.text}</span></span>
            </li>
          );
        })}
      </ul>
      {shown.length === 0 ? <p className="muted small">No column has this in its name.</p> : null}
    </section>
  );
}
