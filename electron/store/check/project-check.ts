/** Checks assay.json: nothing signs it, but it has one exact form, and what it says follows from the keys and the log. */
import type { VerifyFinding } from '../../../shared/domain/verify.ts';
import { deviceIdOf } from '../format/keys.ts';
import { ProjectFile, projectFileName, projectFormat } from '../folder/layout.ts';
import { parseLine } from '../format/records.ts';

/** @param read null where the file cannot be read; @param projectId of the log; null where the log is of none that this file names */
export async function checkProjectFile(read: (path: string) => Promise<Uint8Array | null>, projectId: string | null): Promise<VerifyFinding[]> {
  const bytes = await read(projectFileName);
  if (bytes === null) return [{ kind: 'missing', file: projectFileName, what: 'The file that says what this folder is cannot be read.' }];
  const parsed = ProjectFile.safeParse(parseLine(bytes));
  if (!parsed.success) return [changed('it does not have the expected content')];
  const { format, genesis } = parsed.data;
  if (parsed.data.projectId !== projectId) return [changed('it names another project than the log')];
  if (genesis.device !== deviceIdOf(genesis.key)) return [changed('its key and its device do not belong together')];
  // A newer format may write it in another way.
  if (format <= projectFormat && !Buffer.from(`${JSON.stringify(parsed.data, null, 2)}\n`).equals(bytes)) return [changed('it is not in the exact form')];
  return [];
}

function changed(problem: string): VerifyFinding {
  return { kind: 'altered', file: projectFileName, what: `The file that says what this folder is was changed: ${problem}.` };
}
