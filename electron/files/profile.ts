/** What this user is called: kept in user data, the same for the app and the command line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { z } from 'zod';
import { writeOnce, type Writer } from './atomic.ts';
import { codeOf } from './failures.ts';

export const PersonName = z.string().trim().min(1).max(120);
const Profile = z.object({ format: z.literal(1), person: PersonName });

/** ASSAY_PERSON, else the name that the user gave, else the account's. An unreadable profile counts as none. */
export function personName(userDataDir: string, env: NodeJS.ProcessEnv = process.env): string {
  return env['ASSAY_PERSON'] || readProfile(userDataDir) || userInfo().username;
}

/** Keeps the name for all projects of this user. @throws files/* */
export async function keepPersonName(writer: Writer, userDataDir: string, person: string): Promise<void> {
  await writeOnce(writer, profilePath(userDataDir), new TextEncoder().encode(`${JSON.stringify({ format: 1, person }, null, 1)}\n`));
}

function readProfile(userDataDir: string): string | null {
  let text: string;
  try {
    text = readFileSync(profilePath(userDataDir), 'utf8');
  } catch (thrown) {
    if (codeOf(thrown) !== undefined) return null;
    throw thrown;
  }
  try {
    const profile = Profile.safeParse(JSON.parse(text));
    return profile.success ? profile.data.person : null;
  } catch {
    return null;
  }
}

function profilePath(userDataDir: string): string {
  return join(userDataDir, 'profile.json');
}
