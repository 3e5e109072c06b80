/** How providers and their checks read. Pure. */
import { workloadNames, type ProviderStatus, type WorkloadName } from '../../shared/domain/providers.ts';
import type { ResourceSummary } from '../../shared/domain/resources.ts';
import { formatBytes, formatDateTime, formatNumber, formatPlural, formatShare } from '../ui/format.ts';
import type { Tone } from '../ui/status-label.tsx';

export const workloadTitles: Readonly<Record<WorkloadName, { readonly title: string; readonly hint: string }>> = {
  'small-table': { title: 'Small table', hint: 'A perceptron 30-64-64-3 in batches of 64' },
  'large-table': { title: 'Large table', hint: 'A perceptron 784-128-10 in batches of 64' },
  image: { title: 'Images', hint: 'A convolutional network on 28 by 28 pixels in batches of 64' },
};

/** The status of a provider as a word with its tone. */
export function statusOf({ isAvailable, measurement }: ProviderStatus): { readonly tone: Tone; readonly word: string } {
  if (!isAvailable) return { tone: 'muted', word: 'Not available' };
  if (measurement === null) return { tone: 'plain', word: 'Not checked' };
  return measurement.hasPassed ? { tone: 'ok', word: 'Passed' } : { tone: 'danger', word: 'Failed' };
}

/** "Same bits as the CPU", or how far its numbers are from the CPU's. */
export function differenceOf({ name, measurement }: ProviderStatus): string | null {
  if (measurement === null || !measurement.hasPassed) return null;
  const { forward, gradient, steps } = measurement.differences;
  const largest = Math.max(forward ?? 0, gradient ?? 0, steps ?? 0);
  const share = measurement.deviceShare ?? 1;
  const rest = share < 1 ? `; ${formatShare(1 - share)} of the operators run on the CPU` : '';
  if (largest === 0) return name === 'cpu' ? 'Repeats itself bit for bit' : `Same bits as the CPU${rest}`;
  return `Within ${formatNumber(largest, 2)} of the CPU; up to ${formatNumber(measurement.tolerance)} passes${rest}`;
}

/** Why so much difference passes, and what did not run on the provider. */
export function checkDetails({ measurement }: ProviderStatus): string | undefined {
  if (measurement === null) return undefined;
  const { toleranceReason, operatorsOnCpu } = measurement;
  return [toleranceReason, operatorsOnCpu.length > 0 ? `On the CPU in its place: ${operatorsOnCpu.join(', ')}.` : ''].filter(Boolean).join(' ');
}

/** Speed of a provider as a share of the fastest one's, by network; null where it was not timed. */
export function speedShares(statuses: readonly ProviderStatus[], { measurement }: ProviderStatus): readonly { readonly workload: WorkloadName; readonly rowsPerSecond: number | null; readonly share: number }[] {
  return workloadNames.map((workload) => {
    const fastest = Math.max(0, ...statuses.map((each) => each.measurement?.speeds[workload] ?? 0));
    const rowsPerSecond = measurement?.speeds[workload] ?? null;
    return { workload, rowsPerSecond, share: rowsPerSecond === null || fastest === 0 ? 0 : rowsPerSecond / fastest };
  });
}

/** What stands below the list: when it was checked, or what the check is for. */
export function checkedSentence(statuses: readonly ProviderStatus[]): string {
  const version = statuses[0]?.version ?? '';
  const latest = Math.max(0, ...statuses.map(({ measurement }) => measurement?.measuredAtMs ?? 0));
  return latest === 0
    ? `Not checked yet with ONNX Runtime ${version}. The check takes a few seconds for each provider.`
    : `Checked ${formatDateTime(latest)} with ONNX Runtime ${version}. Speeds are rows per second of training.`;
}

/** What a run took of the computer, as facts; none where it was not sampled. */
export function resourceFacts(resources: ResourceSummary | undefined): readonly { readonly term: string; readonly value: string; readonly title?: string }[] {
  if (resources === undefined) return [];
  const { gpu } = resources;
  return [
    { term: 'Peak memory', value: formatBytes(resources.peakMemoryBytes), title: `Of the training process, in ${formatPlural(resources.sampleCount, 'sample')}` },
    { term: 'Processor use', value: `${formatNumber(Math.round(resources.meanCpuPercent))} %`, title: '100 % is one core' },
    ...(gpu === null ? [] : [{
      term: 'Graphics card', title: gpu.device,
      value: [gpu.meanUtilisation === null ? '' : `${formatNumber(Math.round(gpu.meanUtilisation))} %`, gpu.peakMemoryBytes === null ? '' : formatBytes(gpu.peakMemoryBytes)].filter(Boolean).join(', ') || gpu.device,
    }]),
  ];
}
