/** assay demo: the whole job of the product, headless, on the sample data; ends with what it made and where. */
import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportArchive, verifyArchive } from '../../app/archive.ts';
import { getReport } from '../../app/drift.ts';
import { getRun } from '../../app/runs.ts';
import { makeSample } from '../../app/sample.ts';
import { nodeLauncher } from '../../jobs/launch-node.ts';
import { outputOf, type CommonOptions } from '../options.ts';
import { number, printResult, progressOnTerminal } from '../print.ts';
import { ownFingerprint, withNewProject } from '../session.ts';
import { describeReport } from './archive.ts';

export function demoCommand(program: Command): void {
  program.command('demo').description('Make the sample project, train, measure drift, write pages, export and verify')
    .option('--folder <dir>', 'where to put it; a new temporary folder by default')
    .option('--json', 'print one JSON document')
    .action(async (options: CommonOptions & { folder?: string }) => {
      const folder = options.folder === undefined ? await mkdtemp(join(tmpdir(), 'assay-demo-')) : resolve(options.folder);
      const projectDir = join(folder, 'sample');
      const archivePath = join(folder, 'sample.eln');
      const output = outputOf(options);
      const say = (step: string): void => {
        if (!output.isJson) process.stderr.write(`\r\u001b[K${step}\n`);
      };
      const made = await withNewProject({ folder: projectDir, name: 'Sample', emit: progressOnTerminal(output) }, async (context) => {
        const sample = await makeSample(context, sampleDir(), say);
        say('Exporting');
        const archive = await exportArchive(context, archivePath);
        const report = await getReport(context, sample.report);
        return {
          projectDir, archive, flightRowCount: sample.flightRowCount,
          runs: sample.runs.map((id) => getRun(context.store, id)),
          drift: report.windows.map(({ label, driftedShare, columns }) => ({ label, driftedShare, drifted: columns.filter((each) => each.drifted).map((each) => each.column) })),
        };
      });
      say('Verifying');
      const verified = await verifyArchive(nodeLauncher(), archivePath, [await ownFingerprint()]);
      printResult(output, { ...made, verified }, () => [
        ...made.runs.map((run) => `${run.label} ${run.name}: ${Object.entries(run.result?.test ?? {}).map(([metric, value]) => `${metric} ${value === null ? 'undefined' : number(value)}`).join(', ')}`),
        `Drift over ${number(made.flightRowCount)} flights: ${made.drift.map(({ label, driftedShare }) => `${label} ${Math.round(driftedShare * 100)} %`).join(', ')}`,
        `Project  ${made.projectDir}`,
        `Archive  ${made.archive.path} (${number(made.archive.sizeBytes)} bytes)`,
        describeReport(verified),
      ].join('\n'));
    });
}

/** The sample files as the build leaves them, seen from the sources, the build or the packaged app. */
function sampleDir(): string {
  const candidates = ['../sample', '../../../out/sample'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return candidates.find((path) => existsSync(join(path, 'flights.parquet'))) ?? candidates[0] ?? '';
}
