/** assay status, log, doctor, gc: how a project's folder stands. None of them changes the project. */
import { InvalidArgumentError, type Command } from 'commander';
import type { SyncPeer, SyncStatus } from '../../../shared/domain/sync.ts';
import { issueWords, savedWords } from '../../../shared/domain/sync-words.ts';
import { fail } from '../../../shared/errors.ts';
import { examine, type DoctorFinding } from '../../app/doctor.ts';
import { sentenceOf, subjectsOf } from '../../app/history.ts';
import { diagnose, getProject } from '../../app/project.ts';
import { syncStatus } from '../../app/sync.ts';
import { exitCodes } from '../exit-codes.ts';
import { findAnything } from '../find.ts';
import { command, outputOf, sessionOf, type CommonOptions } from '../options.ts';
import { counted, number, printResult, table } from '../print.ts';
import { withProject } from '../session.ts';

interface LogOptions extends CommonOptions {
  readonly entity?: string;
  readonly person?: string;
  readonly kind?: string;
  readonly limit: number;
}

export function folderCommands(program: Command): void {
  command(program, 'status', 'Say what the project holds, whether it is sound, what waits and what is awaited')
    .action((options: CommonOptions) => withProject(readingOf(options), async (context) => {
      const project = getProject(context);
      const health = await diagnose(context);
      const sync = syncStatus(context);
      printResult(outputOf(options), { ...project, ...health, sync }, () => [
        `${project.name} in ${project.folder}`,
        [counted(project.counts.datasets, 'dataset'), counted(project.counts.runs, 'run'), counted(project.counts.models, 'model'), counted(project.counts.reports, 'drift report'), counted(project.counts.pages, 'page')].join(', '),
        `${counted(health.eventCount, 'event')}, ${counted(health.objectCount, 'object')}, state ${health.stateHash.slice(0, 8)}`,
        ...statusLines(sync),
      ].join('\n'));
    }));

  command(program, 'log', 'Say what was done, by whom and when, newest first')
    .option('--entity <name>', 'only about this dataset, run, model, page or drift report: its name, label or id')
    .option('--person <name>', 'only by this person')
    .option('--kind <kind>', 'only this kind of change, or those that begin so: "runs.start", "pages."')
    .option('--limit <count>', 'at most so many', toCount, 50)
    .action((options: LogOptions) => withProject(readingOf(options), ({ store, ...context }) => {
      const { entity, person, kind, limit } = options;
      const events = store.events({
        limit, ...(entity !== undefined && { entity: findAnything({ store, ...context }, entity) }), ...(person !== undefined && { person }), ...(kind !== undefined && { kinds: [kind] }),
      });
      const entries = events.map((event) => ({
        hash: event.hash, atMs: event.atMs, person: event.person, device: event.device, kind: event.kind, sentence: sentenceOf(store, event), why: event.why, entities: subjectsOf(store, event.ops),
      }));
      printResult(outputOf(options), entries, () => (entries.length === 0 ? 'Nothing' : entries.map(logLine).join('\n')));
    }));

  command(program, 'doctor', 'Explain every problem of the folder and propose what to do; changes nothing')
    .action((options: CommonOptions) => withProject(readingOf(options), async (context) => {
      const findings = await examine(context);
      if (findings.some(({ severity }) => severity === 'problem')) process.exitCode = exitCodes.findings;
      printResult(outputOf(options), { findings }, () => (findings.length === 0
        ? 'No problem found. "assay verify" reads every file and checks all hashes and signatures.'
        : findings.map(findingLines).join('\n\n')));
    }));

  command(program, 'gc', 'Say which files of the folder are of no use any more')
    .option('--dry-run', 'only say it; there is no other way yet')
    .action((options: CommonOptions & { dryRun?: boolean }) => withProject(readingOf(options), async (context) => {
      if (!options.dryRun) {
        throw fail('cli/usage', { message: 'This version removes nothing: a file may go only when every device has seen that it is of no use. Add --dry-run to see which files that would be.' });
      }
      const files = await context.store.collectable();
      const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
      printResult(outputOf(options), { files, sizeBytes }, () => (files.length === 0
        ? 'Every file is of use.'
        : `${table(['File', 'Bytes', 'Why'], files.map(({ path, sizeBytes: size, why }) => [path, size, why]))}\n${counted(files.length, 'file')}, ${number(sizeBytes)} bytes. Nothing was removed.`));
    }));
}

/** Looking at a project leaves no trace in its log. */
function readingOf(options: CommonOptions): ReturnType<typeof sessionOf> {
  return { ...sessionOf(options), isReading: true };
}

/** All of the status as lines: what goes out, what is wrong and what it means, what comes in and from whom. */
export function statusLines(status: SyncStatus): string[] {
  const issue = issueWords(status);
  return [
    savedWords(status, timeOf).text,
    ...(status.publishFailure === null ? [] : [`  ${status.publishFailure}`]),
    ...(issue === null ? ['No problem'] : [issue.text]),
    ...status.problems.map(({ kind, file, what, meaning }) => `  ${kind === 'local' ? 'This computer' : file}: ${what}\n    ${meaning}`),
    ...status.awaited.map(({ person, device, segmentCount }) => `  ${counted(segmentCount, 'file')} awaited from ${person}${device === '' ? '' : ` (${device})`}`),
    ...status.notices.map(({ what }) => `Note: ${what}`),
    ...(status.lastReceivedAtMs === null ? [] : [`Something last came in at ${timeOf(status.lastReceivedAtMs)}`]),
    ...(status.peers.length === 0 ? [] : [table(['Person', 'Device', 'Changes', 'Last change'], status.peers.map(peerRow))]),
  ];
}

function peerRow({ person, device, name, isThis, eventCount, lastAtMs }: SyncPeer): (string | number | null)[] {
  return [person, isThis ? 'this computer' : name ?? device, eventCount, lastAtMs === null ? null : timeOf(lastAtMs)];
}

function logLine({ atMs, person, sentence, why }: { atMs: number; person: string; sentence: string; why: string | null }): string {
  return `${timeOf(atMs)}  ${person}  ${sentence}${why ? ` (${why})` : ''}`;
}

function findingLines({ severity, file, what, advice }: DoctorFinding): string {
  return [`${severity === 'problem' ? 'Problem' : 'Advice'}: ${what}`, ...(file === null ? [] : [`  ${file}`]), `  ${advice}`].join('\n');
}

/** "2026-11-23 14:02" in local time. */
function timeOf(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 100_000) throw new InvalidArgumentError('not a whole number from 1 to 100,000');
  return count;
}
