/** What Assay finds in a version: its quality with the parts, personal data, and tags and roles to confirm. */
import type { ReactElement } from 'react';
import { detectorWords, isPersonal, qualityPartWords, type Classification, type QualityPart, type RoleSuggestion, type TagSuggestion } from '../../shared/domain/classification.ts';
import { formatTag, type Dataset, type Tag } from '../../shared/domain/datasets.ts';
import { describeColumn, retagDatasets } from '../state/classification.ts';
import type { Loadable } from '../state/loadable.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { DataTable, type DataColumn } from '../ui/data-table.tsx';
import { formatCount, formatNumber, formatShare } from '../ui/format.ts';
import { ErrorPanel, Loading } from '../ui/states.tsx';
import { StatusLabel } from '../ui/status-label.tsx';
import { attempt } from '../ui/toast.tsx';
import { roleWords } from './column-words.ts';
import styles from './dataset-quality.module.css';

export interface DatasetQualityProps {
  readonly dataset: Dataset;
  readonly found: Loadable<Classification>;
  readonly onRetry: () => void;
  readonly isReadOnly: string | null;
}

export function DatasetQuality({ dataset, found, onRetry, isReadOnly }: DatasetQualityProps): ReactElement {
  if (found.status === 'loading') return <Loading label="Looking at the rows" rows={8} />;
  if (found.status === 'failed') return <ErrorPanel title="The quality could not be measured" error={found.error} onRetry={onRetry} />;
  const { quality, detections, tags, roles, rowCount, seenRowCount } = found.value;
  return (
    <div className={styles['page']}>
      <section className={styles['score']} aria-labelledby="quality-heading">
        <h3 id="quality-heading">Quality</h3>
        <p><b className={styles['number']}>{quality.score}</b><span className="muted"> of 100{seenRowCount < rowCount ? `, measured on ${formatCount(seenRowCount)} of ${formatCount(rowCount)} rows, evenly taken` : ''}</span></p>
        <div className={styles['table']}><DataTable label="Parts of the quality" rows={quality.parts} columns={partColumns} rowId={({ part }) => part} /></div>
      </section>
      <Suggestions dataset={dataset} tags={tags} roles={roles} isReadOnly={isReadOnly} />
      <section aria-labelledby="found-heading">
        <h3 id="found-heading">Found in the columns</h3>
        {detections.length === 0 ? <p className="muted">Nothing personal, and no coordinates.</p> : (
          <ul className={styles['list']}>
            {detections.map(({ detector, columns, reason }) => (
              <li key={`${detector} ${columns.join(' ')}`}>
                <StatusLabel tone={isPersonal(detector) ? 'warn' : 'plain'} icon={isPersonal(detector) ? 'person' : 'info'}>{detectorWords[detector]}</StatusLabel>
                <span className={styles['reason']}>{reason}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

interface SuggestionsProps {
  readonly dataset: Dataset;
  readonly tags: readonly TagSuggestion[];
  readonly roles: readonly RoleSuggestion[];
  readonly isReadOnly: string | null;
}

function Suggestions({ dataset, tags, roles, isReadOnly }: SuggestionsProps): ReactElement {
  const confirm = (chosen: readonly TagSuggestion[], done: string) => {
    const add = chosen.map(({ tag }) => tag);
    const remove = replacedBy(dataset.tags, add);
    return attempt(() => retagDatasets([dataset.id], { add, remove }), { done, undo: () => retagDatasets([dataset.id], { add: remove, remove: add }) });
  };
  const confirmRole = ({ column, role }: RoleSuggestion) => attempt(() => describeColumn(dataset.id, column, { role }));
  const all = tags.length + roles.length;
  return (
    <section aria-labelledby="suggestions-heading">
      <h3 id="suggestions-heading">To confirm{all > 1 ? (
        <Button
          isSmall icon="check" disabledReason={isReadOnly}
          onPress={() => { void (async () => { if (tags.length > 0) await confirm(tags, `Confirmed ${tags.map(({ tag }) => formatTag(tag)).join(', ')}`); for (const each of roles) await confirmRole(each); })(); }}
        >Confirm all {all}</Button>
      ) : null}</h3>
      {all === 0 ? <p className="muted">There is nothing to confirm: every dimension has a tag, and no column has a role that one could see.</p> : (
        <ul className={styles['list']}>
          {tags.map((suggestion) => (
            <li key={formatTag(suggestion.tag)}>
              <Chip prefix={suggestion.tag.key} isOutlined>{suggestion.tag.value}</Chip><span className={styles['reason']}>{suggestion.reason}</span>
              <Button isSmall disabledReason={isReadOnly} label={`Confirm ${formatTag(suggestion.tag)}`} onPress={() => { void confirm([suggestion], `Tagged with ${formatTag(suggestion.tag)}`); }}>Confirm</Button>
            </li>
          ))}
          {roles.map((suggestion) => (
            <li key={`role of ${suggestion.column}`}>
              <Chip prefix={suggestion.column} isOutlined>{roleWords[suggestion.role].word}</Chip><span className={styles['reason']}>{suggestion.reason}</span>
              <Button isSmall disabledReason={isReadOnly} label={`Confirm that ${suggestion.column} has the role ${suggestion.role}`} onPress={() => { void confirmRole(suggestion); }}>Confirm</Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** A dimension has one value: what is confirmed takes the place of the earlier one. */
function replacedBy(held: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  return held.filter(({ key }) => key !== null && added.some((tag) => tag.key === key));
}

const partColumns: readonly DataColumn<QualityPart>[] = [
  { id: 'part', header: 'Part', width: 150, value: ({ part }) => qualityPartWords[part].word },
  { id: 'points', header: 'Points', width: 104, align: 'right', value: ({ points }) => points, cell: ({ points, maxPoints }) => `${formatNumber(Math.round(points * 10) / 10)} of ${maxPoints}` },
  { id: 'share', header: 'Found', width: 160, value: ({ share }) => share, cell: ({ part, share }) => (share === 0 ? <span className="muted">none</span> : `${formatShare(share)} ${qualityPartWords[part].of}`) },
  {
    id: 'columns', header: 'Columns', width: 240, isGrowing: true, isSortable: false, value: ({ columns }) => columns.map(({ name }) => name).join(', ') || null,
    cell: ({ columns }) => columns.slice(0, 4).map(({ name, share }) => `${name} ${formatShare(share)}`).join(', '), title: ({ columns }) => columns.map(({ name, share }) => `${name} ${formatShare(share)}`).join('\n'),
  },
];
