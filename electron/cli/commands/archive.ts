/** assay export, assay verify. */
import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { VerifyReport } from '../../../shared/domain/verify.ts';
import { fail } from '../../../shared/errors.ts';
import { verifyArchive } from '../../app/archive.ts';
import { startVerifyProject } from '../../app/project-check.ts';
import { exportUnderPolicies } from '../../app/under-policies.ts';
import { nodeLauncher } from '../../jobs/launch-node.ts';
import { exitCodes } from '../exit-codes.ts';
import { command, outputOf, sessionOf, type CommonOptions } from '../options.ts';
import { number, printResult, printWarnings } from '../print.ts';
import { ownFingerprint, withProject } from '../session.ts';

export function archiveCommands(program: Command): void {
  command(program, 'export <file.eln>', 'Write the whole project as a signed archive that opens in any browser')
    .option('--override <reason>', 'go on against a policy; the reason stays in the history')
    .action((file: string, options: CommonOptions & { override?: string }) => withProject(sessionOf(options), async (context) => {
      const { warnings, finished } = await exportUnderPolicies(context, resolve(file), options.override ?? null);
      printWarnings(warnings);
      const made = await finished;
      printResult(outputOf(options), made, () => `Wrote ${number(made.fileCount)} files, ${number(made.sizeBytes)} bytes, to ${made.path}\nsha256 ${made.sha256}`);
    }));

  command(program, 'verify <path>', 'Check every hash and signature of an archive, or of a project folder')
    .option('--trust <key...>', 'signers that you trust, besides your own: their eight words in quotes, or their public keys')
    .action(async (path: string, options: CommonOptions & { trust?: string[] }) => {
      if (!existsSync(path)) throw fail('files/not-found', { path });
      const report = existsSync(join(path, 'assay.json'))
        ? await withProject({ ...sessionOf(options), project: path, isReading: true }, (context) => startVerifyProject(context, options.trust).finished)
        : await verifyArchive(nodeLauncher(), resolve(path), [await ownFingerprint(), ...(options.trust ?? [])]);
      const isSound = report.outcome === 'verified' || report.outcome === 'verified-signer-unknown';
      if (!isSound) process.exitCode = exitCodes.findings;
      printResult(outputOf(options), report, () => describeReport(report));
    });
}

const outcomeWords: Readonly<Record<VerifyReport['outcome'], string>> = {
  verified: 'Verified',
  'verified-signer-unknown': 'Verified, signer unknown: compare the eight words with those you got from the signer another way',
  incomplete: 'Incomplete',
  altered: 'Altered',
  unreadable: 'Unreadable',
};

export function describeReport(report: VerifyReport): string {
  return [
    outcomeWords[report.outcome],
    `${number(report.fileCount)} files, ${number(report.sizeBytes)} bytes, ${number(report.eventCount)} events`,
    ...(report.signer === null ? [] : [`Signed by ${report.signer}`]),
    ...report.findings.map(({ file, what }) => `${file}: ${what}`),
  ].join('\n');
}
