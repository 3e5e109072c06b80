/** What a drift report says, in words; and how scores of different tests compare. Pure. */
import type { ColumnDrift, DriftReport, DriftTest, DriftWindow } from '../../shared/domain/drift.ts';
import { formatNumber, formatShare } from '../ui/format.ts';

export const testNames: Readonly<Record<DriftTest, string>> = {
  ks: 'Kolmogorov\u2013Smirnov', 'chi-square': 'Chi-square', z: 'Z-test', wasserstein: 'Wasserstein', 'jensen-shannon': 'Jensen\u2013Shannon',
};

/** What the score of a test is, for those who want to check it. */
export const testHints: Readonly<Record<DriftTest, string>> = {
  ks: 'Two-sample Kolmogorov\u2013Smirnov test: p-value', 'chi-square': 'Chi-square test of the category counts: p-value', z: 'Z-test of two proportions: p-value',
  wasserstein: 'Wasserstein distance, divided by the standard deviation of the reference', 'jensen-shannon': 'Jensen\u2013Shannon distance of the shares, natural logarithm',
};

/** "p = 0.0021" or "0.1342". */
export function scoreText({ isPValue, score }: Pick<ColumnDrift, 'isPValue' | 'score'>): string {
  if (!isPValue) return formatNumber(score);
  return score < 1e-16 ? 'p < 1e\u221216' : `p = ${formatNumber(score, 3)}`;
}

/** From where a column counts as drifted: "below 0.05" for a p-value, "from 0.1" for a distance. */
export function thresholdText({ isPValue, threshold }: Pick<ColumnDrift, 'isPValue' | 'threshold'>): string {
  return isPValue ? `below ${formatNumber(threshold)}` : `from ${formatNumber(threshold)}`;
}

/** Beyond this a p-value is drawn no stronger. */
const strongest = 10;

/**
 * How far a score lies towards and past its threshold: 0 no change, 1 the threshold, above 1 drifted, at most 10.
 * A distance counts in thresholds; a p-value by its logarithm, so that 0.05 at a threshold of 0.05 is 1 and 0.0025 is 2.
 */
export function driftStrength({ isPValue, score, threshold }: Pick<ColumnDrift, 'isPValue' | 'score' | 'threshold'>): number {
  if (!Number.isFinite(score)) return 0;
  const strength = isPValue ? (score <= 0 ? strongest : Math.log(Math.min(1, score)) / Math.log(threshold)) : score / threshold;
  return Math.min(strongest, Math.max(0, strength));
}

/** The columns of a window, the strongest drift first. */
export function rankColumns(window: DriftWindow): readonly ColumnDrift[] {
  return [...window.columns].sort((a, b) => Number(b.drifted) - Number(a.drifted) || driftStrength(b) - driftStrength(a) || a.column.localeCompare(b.column));
}

/** Every column that occurs in a window, the one with the strongest drift anywhere first. */
export function rankAllColumns(report: DriftReport): readonly string[] {
  const strongestOf = new Map<string, number>();
  for (const window of report.windows) for (const column of window.columns) strongestOf.set(column.column, Math.max(strongestOf.get(column.column) ?? 0, driftStrength(column)));
  return [...strongestOf].sort(([nameA, a], [nameB, b]) => b - a || nameA.localeCompare(nameB)).map(([name]) => name);
}

export interface Verdict {
  readonly drifted: boolean;
  /** The answer: "Three of 12 columns have drifted in Feb 2001." */
  readonly headline: string;
  /** What it means for the dataset, and where the largest shift is. */
  readonly detail: string;
}

/** The verdict on one window of a report. */
export function verdictOf(report: DriftReport, windowIndex: number): Verdict {
  const window = report.windows[windowIndex] ?? report.windows[report.windows.length - 1];
  if (!window) return { drifted: false, headline: 'Nothing was compared.', detail: '' };
  const count = window.columns.filter((column) => column.drifted).length;
  const total = window.columns.length;
  const where = isOverTime(report) ? ` in ${window.label}` : '';
  const headline = total === 0 ? `No column could be compared${where}.`
    : total === 1 ? `The one column compared has ${count === 1 ? '' : 'not '}drifted${where}.`
    : count === 0 ? `None of ${total} columns has drifted${where}.`
    : count === total ? `All ${total} columns have drifted${where}.`
    : `${numberWord(count)} of ${total} columns ${count === 1 ? 'has' : 'have'} drifted${where}.`;
  const limit = formatShare(report.shareThreshold);
  const share = count === 0 ? '' : window.drifted ? `The dataset counts as drifted: ${formatShare(window.driftedShare)} of the columns, and ${limit} is enough.` : `The dataset as a whole does not count as drifted: that takes ${limit} of the columns.`;
  const others = report.windows.filter((one) => one !== window && one.columns.some((column) => column.drifted)).map((one) => one.label);
  const elsewhere = count > 0 || others.length === 0 ? '' : `Columns drifted in ${listWords(others)}.`;
  const first = rankColumns(window)[0];
  const largest = first && first.drifted ? `The largest shift is ${first.column}: ${lowerFirst(first.sentence)}` : '';
  return { drifted: count > 0, headline, detail: [share, largest, elsewhere].filter(Boolean).join(' ') };
}

/** "May 2001", "a and b", "a, b and 3 more windows". */
function listWords(names: readonly string[]): string {
  if (names.length <= 3) return names.length < 2 ? names[0] ?? '' : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more windows`;
}

/** The report with months named as people say them: "2001-06" becomes "Jun 2001". */
export function withNamedWindows(report: DriftReport): DriftReport {
  return { ...report, referenceLabel: nameMonths(report.referenceLabel), windows: report.windows.map((window) => ({ ...window, label: nameMonths(window.label) })) };
}

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function nameMonths(label: string): string {
  return label.replace(/(?<![\w-])(\d{4})-(0[1-9]|1[0-2])(?![\w-])/g, (_, year: string, month: string) => `${monthNames[Number(month) - 1] ?? ''} ${year}`);
}

/** True when one dataset was cut into several windows. */
export function isOverTime(report: DriftReport): boolean {
  return report.windows.length > 1;
}

/** The window to look at first: the latest, as the question is what is true now. */
export function firstWindow(report: DriftReport): number {
  return report.windows.length - 1;
}

/** One sentence on the share over time, for those who do not see the chart. */
export function describeShares(report: DriftReport): string {
  const { windows } = report;
  const highest = windows.reduce((most, window) => (window.driftedShare > most.driftedShare ? window : most), windows[0] as DriftWindow);
  const over = windows.filter((window) => window.drifted).length;
  return `Share of drifted columns in ${windows.length} windows against ${report.referenceLabel}: highest ${formatShare(highest.driftedShare)} in ${highest.label}; ${over === 0 ? 'no window reaches' : over === 1 ? 'one window reaches' : `${over} windows reach`} the threshold of ${formatShare(report.shareThreshold)}.`;
}

/** "Three" up to twelve, then digits. */
export function numberWord(count: number): string {
  return ['None', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten', 'Eleven', 'Twelve'][count] ?? String(count);
}

function lowerFirst(sentence: string): string {
  return /^[A-Z][a-z ]/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
}
