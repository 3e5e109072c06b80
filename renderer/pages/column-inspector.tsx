/** Everything the profile knows of one column: its distribution large, its statistics, its most frequent values. */
import { useCallback, type ReactElement } from 'react';
import type { ColumnNote } from '../../shared/domain/column-notes.ts';
import type { ColumnProfile } from '../../shared/domain/columns.ts';
import { Chart } from '../charts/chart.tsx';
import { histogramOption, topValuesOption } from '../charts/column-histogram.ts';
import type { ChartTheme } from '../charts/theme.ts';
import { Button } from '../ui/button.tsx';
import { ColumnIcon, knownTypeWords } from '../ui/column-icon.tsx';
import { formatBytes, formatCount, formatExact, formatShare } from '../ui/format.ts';
import { Facts, Inspector, InspectorSection } from '../ui/inspector.tsx';
import { describeColumn, describeIds, formatSpread, formatStatistic, inOrder, knownType, missingShare } from './column-words.ts';
import styles from './column-inspector.module.css';

export interface ColumnInspectorProps {
  readonly profile: ColumnProfile;
  readonly onClose: () => void;
  /** Without it there is no button; an archive shows no rows. */
  readonly onShowRows?: () => void;
  /** What people say of it, and the same to be edited; an archive has none. */
  readonly note?: ColumnNote | null;
  readonly meaning?: ReactElement;
}

export function ColumnInspector({ profile: asCounted, onClose, onShowRows, note = null, meaning }: ColumnInspectorProps): ReactElement {
  const { type, numeric, images } = asCounted;
  // Categories stand in their order where all of them are listed.
  const isListed = asCounted.topValues !== null && asCounted.topValues.length === asCounted.distinctCount;
  const profile = isListed ? { ...asCounted, topValues: [...inOrder(asCounted.topValues, note?.categoryOrder ?? null)] } : asCounted;
  const present = profile.rowCount - profile.missingCount;
  const facts = [
    { term: 'Rows', value: formatCount(profile.rowCount) },
    { term: 'Missing', value: profile.missingCount === 0 ? 'none' : `${formatCount(profile.missingCount)} (${formatShare(missingShare(profile))})` },
    ...(profile.nonFiniteCount > 0 ? [{ term: 'Not finite', value: `${formatCount(profile.nonFiniteCount)}, left out below` }] : []),
    { term: 'Distinct', value: `${profile.distinctIsExact ? '' : 'about '}${formatCount(profile.distinctCount)}` },
    ...(note?.role === 'id' ? [{ term: 'As ids', value: describeIds(profile) }] : []),
    ...(images ? imageFacts(profile, images) : []),
  ];
  return (
    <Inspector title={<span className={styles['title']}><ColumnIcon type={type} /><span className="ellipsis">{profile.name}</span></span>} onClose={onClose}>
      <InspectorSection>
        <p className="muted">{knownTypeWords[knownType(type, note)]}</p>
        {numeric || profile.topValues?.length ? <div className={styles['chart']}><ColumnChart profile={profile} summary={describeColumn(asCounted)} /></div> : null}
      </InspectorSection>
      {meaning}
      <InspectorSection title="Values"><Facts facts={facts} /></InspectorSection>
      {numeric ? (
        <InspectorSection title={profile.distinctIsExact ? 'Statistics' : 'Statistics, quantiles estimated'}>
          <Facts
            facts={statistics(type, numeric)}
          />
        </InspectorSection>
      ) : null}
      {profile.topValues && profile.topValues.length > 0 ? (
        <InspectorSection title={profile.topValues.length < profile.distinctCount ? `The ${profile.topValues.length} most frequent values` : 'All values'}>
          <ol className={styles['top']}>
            {profile.topValues.map((top) => (
              <li key={top.value} title={`${top.value}: ${formatCount(top.count)} rows`}>
                <span className="ellipsis selectable">{top.value === '' ? <i>empty text</i> : top.value}</span><span className="muted">{formatCount(top.count)}</span><span className={styles['share']}>{formatShare(present === 0 ? 0 : top.count / present)}</span>
              </li>
            ))}
          </ol>
        </InspectorSection>
      ) : null}
      {onShowRows ? <InspectorSection><Button icon="table" onPress={onShowRows}>Show rows</Button></InspectorSection> : null}
    </Inspector>
  );
}

/** Sizes and formats of images, and how many show the same as another. */
function imageFacts({ rowCount, missingCount, distinctCount }: ColumnProfile, { pngCount, jpegCount, sizeBytes }: NonNullable<ColumnProfile['images']>): { term: string; value: string }[] {
  const repeated = rowCount - missingCount - distinctCount;
  return [
    { term: 'Formats', value: [...(pngCount > 0 ? [`${formatCount(pngCount)} PNG`] : []), ...(jpegCount > 0 ? [`${formatCount(jpegCount)} JPEG`] : [])].join(', ') },
    { term: 'File size', value: `${formatBytes(sizeBytes.min)} to ${formatBytes(sizeBytes.max)}, half below ${formatBytes(sizeBytes.median)}` },
    { term: 'Repeated', value: repeated === 0 ? 'none is there twice' : `${formatCount(repeated)} have the bytes of another` },
  ];
}

function statistics(type: ColumnProfile['type'], numeric: NonNullable<ColumnProfile['numeric']>): { term: string; value: string; title: string }[] {
  const rows = [
    ['Minimum', numeric.min], ['5 %', numeric.q05], ['25 %', numeric.q25], ['Median', numeric.median], ['75 %', numeric.q75], ['95 %', numeric.q95], ['Maximum', numeric.max], ['Mean', numeric.mean],
  ] as const;
  return [
    ...rows.map(([term, value]) => ({ term, value: formatStatistic(type, value), title: formatExact(value) })),
    { term: 'Std. deviation', value: formatSpread(type, numeric.standardDeviation), title: formatExact(numeric.standardDeviation) },
  ];
}

function ColumnChart({ profile, summary }: { readonly profile: ColumnProfile; readonly summary: string }): ReactElement {
  const { numeric, type, topValues } = profile;
  const build = useCallback((theme: ChartTheme) => numeric
    ? histogramOption(numeric.histogram, { format: (value) => formatStatistic(type, value), isTime: type === 'date' || type === 'timestamp' }, theme)
    : topValuesOption(topValues ?? [], theme), [numeric, type, topValues]);
  const table = numeric
    ? { columns: [{ header: 'From' }, { header: 'To' }, { header: 'Rows' }], rows: numeric.histogram.counts.map((count, index) => [formatStatistic(type, numeric.histogram.edges[index] ?? NaN), formatStatistic(type, numeric.histogram.edges[index + 1] ?? NaN), count]) }
    : { columns: [{ header: 'Value', align: 'left' as const }, { header: 'Rows' }], rows: (topValues ?? []).map((top) => [top.value, top.count]) };
  return <Chart build={build} summary={summary} table={table} height={numeric ? 168 : Math.max(48, Math.min(12, topValues?.length ?? 0) * 20)} />;
}
