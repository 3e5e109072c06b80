/** The names of a project folder and of its part of user data. Every relative path is at most 100 characters of [a-z0-9.-/]. */
import { mkdir, readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fail } from '../../../shared/errors.ts';
import { ensureDirectory, temporaryPrefix, writeIfAbsent, type Writer } from '../../files/atomic.ts';
import { codeOf, ioFailure } from '../../files/failures.ts';
import { sha256Hex } from '../../files/hashing.ts';
import { projectTexts, textNames } from '../project-texts.ts';
import { parseLine, sessionPattern } from '../format/records.ts';

/** This version reads and writes this format. */
export const projectFormat = 1;

export const ProjectFile = z.object({
  format: z.number().int().min(1),
  projectId: z.string().regex(sessionPattern),
  genesis: z.object({ device: z.string(), key: z.string() }),
  /** The oldest format a program must know to read this folder. */
  minReader: z.number().int().min(1),
});
export type ProjectFile = z.infer<typeof ProjectFile>;

export const projectFileName = 'assay.json';

/** Where the parts of one project lie in user data; one set per project, folder and OS user. */
export interface LocalPaths {
  readonly root: string;
  readonly outbox: string;
  readonly index: string;
  readonly lock: string;
  readonly scratch: string;
}

/** The local paths of a project folder, created. @throws files/* */
export async function localPaths(userDataDir: string, projectId: string, projectDir: string): Promise<LocalPaths> {
  const folder = await realpath(projectDir);
  const root = join(localRoot(userDataDir), `${projectId}-${sha256Hex(folder).slice(0, 8)}`);
  try {
    await mkdir(root, { recursive: true });
  } catch (thrown) {
    throw ioFailure(thrown, root);
  }
  return {
    root,
    outbox: join(root, 'outbox.db'),
    index: join(root, 'index.db'),
    lock: join(root, 'lock.db'),
    scratch: join(root, 'scratch'),
  };
}

export function localRoot(userDataDir: string): string {
  return join(userDataDir, 'p');
}

/** `log/<device>/<session>-<number>.seg`, relative to the project. */
export function segmentPath(device: string, session: string, number: number): string {
  return `log/${device}/${session}-${String(number).padStart(6, '0')}.seg`;
}

/** `obj/<aa>/<62 hex>`, relative to the project. */
export function objectPathOf(hash: string): string {
  return `obj/${hash.slice(0, 2)}/${hash.slice(2)}`;
}

/** Reads assay.json. @throws project/not-a-project, project/newer-format, project/damaged, files/* */
export async function readProjectFile(projectDir: string): Promise<ProjectFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(join(projectDir, projectFileName));
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT' || codeOf(thrown) === 'ENOTDIR') throw fail('project/not-a-project', { path: projectDir });
    throw ioFailure(thrown, join(projectDir, projectFileName));
  }
  const value = parseLine(bytes);
  // The version is looked at first: a newer file may have another shape.
  const version = z.object({ format: z.number(), minReader: z.number() }).safeParse(value);
  if (version.success && version.data.minReader > projectFormat) {
    throw fail('project/newer-format', { found: version.data.format, supported: projectFormat });
  }
  const parsed = ProjectFile.safeParse(value);
  if (!parsed.success) throw fail('project/damaged', { file: projectFileName, reason: 'it does not have the expected content' });
  return parsed.data;
}

/** Refuses a folder that has anything in it but what an interrupted creation leaves. @throws project/exists, files/* */
export async function requireEmptyFolder(projectDir: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(projectDir);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return;
    throw ioFailure(thrown, projectDir);
  }
  const ours = new Set<string>([...textNames.map((name) => name.split('/')[0] ?? name), 'log', 'obj']);
  if (names.some((name) => !ours.has(name) && !name.startsWith(temporaryPrefix))) throw fail('project/exists', { path: projectDir });
}

/** Lays out a new project folder; assay.json comes last and makes it a project. @throws files/* */
export async function writeLayout(writer: Writer, projectDir: string, project: ProjectFile): Promise<void> {
  await ensureDirectory(writer.disk, projectDir);
  for (const [name, bytes] of Object.entries(await projectTexts())) await writeIfAbsent(writer, join(projectDir, name), bytes);
  await ensureDirectory(writer.disk, join(projectDir, 'log'));
  await ensureDirectory(writer.disk, join(projectDir, 'obj'));
  const content = new TextEncoder().encode(`${JSON.stringify(project, null, 2)}\n`);
  if (!(await writeIfAbsent(writer, join(projectDir, projectFileName), content))) throw fail('project/exists', { path: projectDir });
}
