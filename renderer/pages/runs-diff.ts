/** What changed between two runs: settings, data, environment and results, each marked as same or not. Pure. */
import { providerTitles } from '../../shared/domain/providers.ts';
import { metricNames, type MetricName, type Run } from '../../shared/domain/runs.ts';
import { formatDuration, formatExact, formatHash, formatMetric, formatNumber } from '../ui/format.ts';
import { isLowerBetterMetric, metricLabel } from '../ui/metric-label.ts';
import { settingsOf } from './setting-words.ts';

export interface DiffLine {
  readonly group: 'Settings' | 'Data' | 'Environment' | 'Outcome' | 'Validation' | 'Test';
  readonly term: string;
  readonly a: string;
  readonly b: string;
  readonly isSame: boolean;
  /** The full values, for a title. */
  readonly title?: { readonly a: string; readonly b: string };
  /** b - a of a metric, and whether that is for the better (null: equal). */
  readonly delta?: { readonly value: number; readonly isBetter: boolean | null };
}

export function diffRuns(a: Run, b: Run): readonly DiffLine[] {
  return [...settingLines(a, b), ...dataLines(a, b), ...environmentLines(a, b), ...outcomeLines(a, b), ...metricLines(a, b, 'validation'), ...metricLines(a, b, 'test')];
}

function settingLines(a: Run, b: Run): DiffLine[] {
  const theirs = settingsOf(b.config);
  const lines = settingsOf(a.config).flatMap((mine, index): DiffLine[] => {
    const other = theirs[index];
    return other && mine.key !== 'features' ? [line('Settings', mine.term, mine.value, other.value)] : [];
  });
  return [...lines, ...featureLines(a.config.features, b.config.features)];
}

/** Features differ as sets; the line says which were added and removed, not two long lists. */
function featureLines(a: readonly string[], b: readonly string[]): DiffLine[] {
  const removed = a.filter((name) => !b.includes(name));
  const added = b.filter((name) => !a.includes(name));
  if (removed.length === 0 && added.length === 0) return [line('Settings', 'Features', `${a.length}`, `${b.length}`)];
  return [
    { ...line('Settings', 'Features', `${a.length}`, `${b.length}`), isSame: false },
    ...(removed.length > 0 ? [{ ...line('Settings', 'Only in A', removed.join(', '), '\u2013') }] : []),
    ...(added.length > 0 ? [{ ...line('Settings', 'Only in B', '\u2013', added.join(', ')) }] : []),
  ];
}

function dataLines(a: Run, b: Run): DiffLine[] {
  return [
    line('Data', 'Dataset', a.datasetName, b.datasetName), line('Data', 'Version', `v${a.versionNumber}`, `v${b.versionNumber}`),
    hashLine('Data', 'Data hash', a.dataHash, b.dataHash),
  ];
}

function environmentLines(a: Run, b: Run): DiffLine[] {
  if (!a.environment || !b.environment) return [];
  const mine = a.environment;
  const theirs = b.environment;
  return [
    line('Environment', 'Assay', mine.appVersion, theirs.appVersion), line('Environment', 'ONNX Runtime', mine.onnxRuntimeVersion, theirs.onnxRuntimeVersion),
    line('Environment', 'Provider', providerTitles[mine.provider], providerTitles[theirs.provider]), line('Environment', 'Node', mine.nodeVersion, theirs.nodeVersion), line('Environment', 'Platform', mine.platform, theirs.platform), line('Environment', 'Processor', mine.cpu, theirs.cpu),
  ];
}

function outcomeLines(a: Run, b: Run): DiffLine[] {
  if (!a.result || !b.result) return [line('Outcome', 'Status', a.status, b.status)];
  const mine = a.result;
  const theirs = b.result;
  return [
    line('Outcome', 'Status', a.status, b.status),
    line('Outcome', 'Parameters', formatNumber(mine.parameterCount), formatNumber(theirs.parameterCount)),
    line('Outcome', 'Epochs', `${mine.epochCount}`, `${theirs.epochCount}`), line('Outcome', 'Best epoch', `${mine.bestEpoch}`, `${theirs.bestEpoch}`),
    { ...line('Outcome', 'Time', formatDuration(mine.elapsedMs), formatDuration(theirs.elapsedMs)), isSame: false },
    hashLine('Outcome', 'Graph', mine.graphHash, theirs.graphHash), hashLine('Outcome', 'Weights', mine.weightsHash, theirs.weightsHash),
  ];
}

function metricLines(a: Run, b: Run, part: 'validation' | 'test'): DiffLine[] {
  if (!a.result || !b.result) return [];
  const mine = a.result[part];
  const theirs = b.result[part];
  const shared = metricNames.filter((name) => typeof mine[name] === 'number' && typeof theirs[name] === 'number');
  return shared.map((name) => metricLine(part === 'test' ? 'Test' : 'Validation', name, mine[name] ?? NaN, theirs[name] ?? NaN));
}

function metricLine(group: DiffLine['group'], name: MetricName, a: number, b: number): DiffLine {
  const value = b - a;
  return {
    group, term: metricLabel(name), a: formatMetric(a), b: formatMetric(b), isSame: value === 0, title: { a: formatExact(a), b: formatExact(b) },
    delta: { value, isBetter: value === 0 ? null : value < 0 === isLowerBetterMetric(name) },
  };
}

function line(group: DiffLine['group'], term: string, a: string, b: string): DiffLine {
  return { group, term, a, b, isSame: a === b };
}

function hashLine(group: DiffLine['group'], term: string, a: string, b: string): DiffLine {
  return { group, term, a: formatHash(a, 2), b: formatHash(b, 2), isSame: a === b, title: { a, b } };
}
