/** Which columns the model may use: each with its type, how it enters, and what its profile says. */
import { useMemo, useState, type ReactElement } from 'react';
import type { ColumnProfile } from '../../shared/domain/columns.ts';
import { isOfRows } from '../../shared/domain/train-config.ts';
import { Button } from '../ui/button.tsx';
import { columnTypeWords } from '../ui/column-icon.tsx';
import { formatCount, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { MiniHistogram } from '../ui/sparkline.tsx';
import { FilterField } from '../ui/text-field.tsx';
import { Checkbox } from '../ui/toggles.tsx';
import { encodingWords, featureHint, typeIcons } from './train-hints.ts';
import type { ModelFieldsProps } from './train-inputs.tsx';
import styles from './train-page.module.css';

/** With more candidates the list is closed at first, as with the pixels of an image. */
const mostOpen = 48;
/** Rows that are drawn at once; the filter finds the others. */
const mostShown = 200;

export function TrainFeatures({ form, version, profiles }: ModelFieldsProps & { readonly profiles: readonly ColumnProfile[] | null }): ReactElement | null {
  const { target, features, model } = form.draft.config;
  const [filter, setFilter] = useState('');
  const [isOpen, setIsOpen] = useState<boolean | null>(null);
  const candidates = useMemo(() => version.columns.filter((column) => column.name !== target || isOfRows(model)), [version, target, model]);
  const byName = useMemo(() => new Map(profiles?.map((profile) => [profile.name, profile])), [profiles]);
  const matching = candidates.filter((column) => column.name.toLowerCase().includes(filter.toLowerCase()));
  const chosen = new Set(features);
  const error = form.errors['features'];
  if ('sequence' in model && model.sequence.from === 'words') return null; // one column, chosen with the model
  const set = (names: ReadonlySet<string>) => form.choose('features', candidates.map((column) => column.name).filter((name) => names.has(name)));
  const toggle = (name: string, on: boolean) => { const next = new Set(chosen); if (on) next.add(name); else next.delete(name); set(next); };
  const isGood = (name: string, type: string): boolean => ('image' in model ? type === 'integer' || type === 'number' : !featureHint(byName.get(name)).isWarning);
  const good = candidates.filter((column) => column.name !== target && isGood(column.name, column.type)).map((column) => column.name);
  const showsList = isOpen ?? (candidates.length <= mostOpen || error !== undefined);
  return (
    <section className={styles['section']} aria-label="Features">
      <div className={styles['sectionHead']}>
        <h2>Features</h2>
        <span className="muted small">{formatCount(chosen.size)} of {formatPlural(candidates.length, 'column')}</span>
        <span className={styles['spacer']} />
        {showsList && candidates.length > 12 ? <FilterField label="Filter columns" placeholder="Filter columns" value={filter} onChange={setFilter} className={styles['columnFilter'] ?? ''} /> : null}
        {candidates.length > mostOpen ? <Button kind="ghost" isSmall onPress={() => setIsOpen(!showsList)}>{showsList ? 'Hide the list' : 'Show the list'}</Button> : null}
        <Button kind="ghost" isSmall onPress={() => set(new Set(good))}>{'image' in model ? 'All numbers' : 'All useful'}</Button>
        <Button kind="ghost" isSmall onPress={() => set(new Set())}>None</Button>
      </div>
      {error ? <p className={styles['sectionError']} role="alert"><Icon name="error" size={12} />{error}</p> : null}
      {showsList ? (
        <ul className={styles['features']}>
          {matching.slice(0, mostShown).map((column) => {
            const profile = byName.get(column.name);
            const hint = featureHint(profile);
            const counts = profile?.numeric?.histogram.counts ?? profile?.topValues?.map((top) => top.count);
            const isOn = chosen.has(column.name);
            return (
              <li key={column.name} className={styles['feature']} data-off={!isOn}>
                <Checkbox isSelected={isOn} onChange={(on) => toggle(column.name, on)}><span className={styles['featureName']} title={column.name}><Icon name={typeIcons[column.type]} /><span className="ellipsis">{column.name}</span></span></Checkbox>
                <span className="muted small">{columnTypeWords[column.type].toLowerCase()}</span>
                <span className="muted small">{column.name === target ? 'its past' : encodingWords(column.type, model)}</span>
                <span>{counts ? <MiniHistogram counts={counts} width={72} height={18} isMuted={!isOn} label={`Distribution of ${column.name}`} /> : null}</span>
                <span className={styles['hint']} data-warning={hint.isWarning} title={hint.text}>{hint.isWarning ? <Icon name="warning" size={12} /> : null}<span className="ellipsis">{hint.text}</span></span>
              </li>
            );
          })}
        </ul>
      ) : null}
      {showsList && matching.length === 0 ? <p className="muted small">No column has this in its name.</p> : null}
      {showsList && matching.length > mostShown ? <p className="muted small">The first {formatCount(mostShown)} of {formatCount(matching.length)}; the filter finds the others.</p> : null}
    </section>
  );
}
