/** Where the file of a dataset lay on this computer: in user data, because the paths of a computer are no business of the project. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeOnce, type Writer } from './atomic.ts';

const Place = z.object({ format: z.literal(1), path: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]) });

/** A file, a folder, or several files that are one table. */
type Place = z.infer<typeof Place>['path'];

/** What was imported last as a version of `datasetId`; null where this computer knows none. */
export function importPlace(userDataDir: string, datasetId: string): Place | null {
  try {
    return Place.parse(JSON.parse(readFileSync(fileOf(userDataDir, datasetId), 'utf8'))).path;
  } catch {
    // Missing or unreadable: the user is asked for the file.
    return null;
  }
}

/** @throws files/* */
export async function keepImportPlace(writer: Writer, userDataDir: string, { datasetId, path }: { datasetId: string; path: Place | readonly string[] }): Promise<void> {
  await writeOnce(writer, fileOf(userDataDir, datasetId), new TextEncoder().encode(`${JSON.stringify({ format: 1, path })}\n`));
}

function fileOf(userDataDir: string, datasetId: string): string {
  return join(userDataDir, 'import-places', `${datasetId}.json`);
}
