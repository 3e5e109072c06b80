/**
 * Which project a folder is. Nothing signs assay.json, so what it says is compared with the log, and where it cannot be
 * read the log says it instead: every session names its project.
 */
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { Disk } from '../../files/disk.ts';
import { listFiles } from '../folder/folder.ts';
import type { Problem } from '../index/ingest.ts';
import { projectFileName, projectFormat, readProjectFile, type ProjectFile } from '../folder/layout.ts';
import { looksLikePack, packFileLimitBytes, splitPack } from './packs.ts';
import { checkProjectFile } from '../check/project-check.ts';
import { readSegment } from './segments.ts';

interface SessionStart {
  readonly projectId: string;
  readonly device: string;
  readonly key: string;
  /** The hybrid clock of its first record, which orders as text. */
  readonly t: string;
}

/**
 * Reads assay.json and, until one session agrees, the log: one segment in a sound project.
 * @throws project/not-a-project, project/newer-format, project/damaged, files/*; the first and third only where the log does not tell either
 */
export async function identifyProject(disk: Disk, projectDir: string): Promise<{ project: ProjectFile; problem: Problem | null }> {
  const said = await readProjectFile(projectDir).catch((thrown: unknown) => {
    if (thrown instanceof AppError && ['project/damaged', 'project/not-a-project'].includes(thrown.failure.code)) return thrown;
    throw thrown;
  });
  const starts: SessionStart[] = [];
  for await (const start of sessionStarts(disk, projectDir)) {
    starts.push(start);
    if (!(said instanceof AppError) && start.projectId === said.projectId) break;
  }
  const known = said instanceof AppError ? null : said;
  const isAgreed = known !== null && (starts.length === 0 || starts.some(({ projectId }) => projectId === known.projectId));
  const project = isAgreed ? known : fromLog(starts);
  if (project === null) throw said;
  const [finding] = await checkProjectFile((path) => disk.read(join(projectDir, path)).catch(() => null), project.projectId);
  if (!finding) return { project, problem: null };
  return { project, problem: { kind: finding.kind === 'missing' ? 'missing' : 'damaged', file: projectFileName, device: null, what: isAgreed ? 'it is not as it was written' : 'it is not as it was written; which project this is was taken from the log' } };
}

/** The project that most sessions name, begun by the first of them. */
function fromLog(starts: readonly SessionStart[]): ProjectFile | null {
  const counts = new Map<string, number>();
  for (const { projectId } of starts) counts.set(projectId, (counts.get(projectId) ?? 0) + 1);
  const [projectId] = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))[0] ?? [];
  const first = starts.filter((start) => start.projectId === projectId).sort((a, b) => (a.t < b.t ? -1 : 1))[0];
  return first && projectId !== undefined ? { format: projectFormat, projectId, genesis: { device: first.device, key: first.key }, minReader: projectFormat } : null;
}

async function* sessionStarts(disk: Disk, projectDir: string): AsyncIterable<SessionStart> {
  const files = await listFiles(disk, projectDir, 'log');
  // Names are hints: the likely files first, then all others.
  const isLikely = ({ path }: { path: string }) => path.endsWith('-000000.seg');
  for (const file of [...files.filter(isLikely), ...files.filter((each) => !isLikely(each))]) {
    if (file.sizeBytes > packFileLimitBytes) continue;
    const bytes = await disk.read(join(projectDir, file.path)).catch(() => null);
    if (bytes === null) continue;
    for (const segment of looksLikePack(bytes) ? splitPack(bytes).segments : [bytes]) {
      const reading = readSegment(segment);
      const header = reading.segment?.header;
      if (header) yield { projectId: header.project, device: header.device, key: header.key, t: reading.segment.records[0]?.record.t ?? '' };
    }
  }
}
