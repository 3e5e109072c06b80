/** assay check-providers. It needs no project. */
import { InvalidArgumentError, type Command } from 'commander';
import { ProviderName } from '../../../shared/domain/train-config.ts';
import { workloadNames, type ProviderStatus } from '../../../shared/domain/providers.ts';
import { Providers } from '../../app/providers.ts';
import { userDataDir } from '../../files/user-data.ts';
import { nodeLauncher } from '../../jobs/launch-node.ts';
import { exitCodes } from '../exit-codes.ts';
import { outputOf } from '../options.ts';
import { printResult, table } from '../print.ts';

interface CheckOptions {
  readonly json?: boolean;
  readonly require?: ProviderName;
}

export function providerCommands(program: Command): void {
  program.command('check-providers').description('Say what this computer can train on, compare each provider with the CPU, and time it')
    .option('--require <provider>', 'exit with code 3 unless this provider is there and passes', toProvider)
    .option('--json', 'print one JSON document')
    .action(async (options: CheckOptions) => {
      const output = outputOf({ ...(options.json && { json: true }) });
      const isShown = process.stderr.isTTY && !output.isJson;
      const cancel = new AbortController();
      const stop = (): void => cancel.abort();
      process.once('SIGINT', stop);
      const providers = new Providers({ launchWorker: nodeLauncher(), userDataDir: userDataDir(), clock: () => Date.now() });
      const statuses = await providers.check({
        signal: cancel.signal,
        onProgress: (_done, _total, step) => isShown && process.stderr.write(`\r\u001b[K${step}`),
      }).finally(() => {
        process.removeListener('SIGINT', stop);
        if (isShown) process.stderr.write('\r\u001b[K');
      });
      const isSound = statuses.every(({ name, measurement }) => (name === (options.require ?? name) ? measurement?.hasPassed ?? options.require === undefined : true));
      if (!isSound) process.exitCode = exitCodes.findings;
      printResult(output, statuses, () => describe(statuses));
    });
}

function describe(statuses: readonly ProviderStatus[]): string {
  const head = ['Provider', 'Status', 'Output', 'Gradient', '10 steps', 'Tolerance', 'On it', 'Small table', 'Large table', 'Images', 'Device'];
  const rows = statuses.map(({ name, device, isAvailable, measurement }) => [
    name, !isAvailable ? 'unavailable' : measurement?.hasPassed ? 'passed' : 'failed',
    ...[measurement?.differences.forward, measurement?.differences.gradient, measurement?.differences.steps, measurement?.tolerance].map((each) => each ?? null),
    measurement?.deviceShare == null ? null : `${Math.round(100 * measurement.deviceShare)} %`,
    ...workloadNames.map((workload) => rounded(measurement?.speeds[workload] ?? null)), device,
  ]);
  const notes = statuses.flatMap(({ name, reason, fix, measurement }) => (
    reason !== null ? [`${name}: ${reason} ${fix ?? ''}`] : measurement?.failure ? [`${name}: ${measurement.failure}`] : []
  ));
  return [
    table(head, rows), '', 'Differences from the CPU as a share of its numbers; "On it": operators that did not run on the CPU in its place; speeds in rows per second of training.',
    `ONNX Runtime ${statuses[0]?.version ?? ''}`, ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n');
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}

function toProvider(text: string): ProviderName {
  const parsed = ProviderName.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError(`one of ${ProviderName.options.join(', ')}`);
  return parsed.data;
}
