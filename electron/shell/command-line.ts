/** What the app's own command line may say. Everything else in argv is Chromium's and ignored. */
import { isAbsolute, resolve } from 'node:path';

export interface CommandLine {
  /** Folder of the project to open. */
  readonly project: string | null;
  readonly sample: boolean;
  /** Start without a window; the first activation of the app opens it. */
  readonly background: boolean;
}

const projectOption = '--project=';

/** @param argv of this or of a second instance @param workingDir that relative paths refer to */
export function parseCommandLine(argv: readonly string[], workingDir: string): CommandLine {
  const given = argv.find((argument) => argument.startsWith(projectOption))?.slice(projectOption.length);
  const project = given === undefined || given === '' || given.includes('\0') ? null : isAbsolute(given) ? given : resolve(workingDir, given);
  return { project, sample: argv.includes('--sample'), background: argv.includes('--background') };
}
