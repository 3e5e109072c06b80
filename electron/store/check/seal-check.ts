/** Checks the checkpoints of a folder, and hands what they know of the log to its check. */
import type { VerifyFinding } from '../../../shared/domain/verify.ts';
import { checkpointLimitBytes, readCheckpoint, type Checkpoint } from '../format/checkpoint-file.ts';
import type { FolderFile } from '../folder/folder.ts';
import type { LogCheck } from './log-check.ts';

/** @param read null where a file cannot be read; @param projectId null where the project is not known */
export async function checkSeals(check: LogCheck, read: (path: string) => Promise<Uint8Array | null>, files: readonly FolderFile[], projectId: string | null): Promise<VerifyFinding[]> {
  const findings: VerifyFinding[] = [];
  const sizes = new Map(files.map(({ path, sizeBytes }) => [path, sizeBytes]));
  const checkpoints: { path: string; checkpoint: Checkpoint }[] = [];
  for (const { path, sizeBytes } of files) {
    if (path.endsWith('.json.minisig')) {
      const signed = path.slice(0, -'.minisig'.length);
      if (!sizes.has(signed)) findings.push({ kind: 'missing', file: signed, what: 'The checkpoint of this signature is not here.' });
      continue;
    }
    if (!path.endsWith('.json')) {
      // Time stamps that others made of a checkpoint lie beside it.
      if (!/\.ts[qr]$/.test(path)) findings.push({ kind: 'extra', file: path, what: 'It is not a checkpoint.' });
      continue;
    }
    if (!sizes.has(`${path}.minisig`)) {
      findings.push({ kind: 'missing', file: `${path}.minisig`, what: 'The signature of this checkpoint is not here.' });
      continue;
    }
    const isSmall = sizeBytes <= checkpointLimitBytes && (sizes.get(`${path}.minisig`) ?? 0) <= checkpointLimitBytes;
    const [bytes, minisig] = isSmall ? [await read(path), await read(`${path}.minisig`)] : [new Uint8Array(), new Uint8Array()];
    if (bytes === null || minisig === null) {
      findings.push({ kind: 'unreadable', file: path, what: 'The checkpoint or its signature cannot be read.' });
      continue;
    }
    const reading = readCheckpoint(bytes, minisig);
    if (reading.checkpoint === null) {
      findings.push({ kind: reading.kind, file: path, what: `A checkpoint was changed: ${reading.problem}.` });
    } else if (projectId !== null && reading.checkpoint.projectId !== projectId) {
      findings.push({ kind: 'extra', file: path, what: 'It belongs to another project.', device: reading.checkpoint.device });
    } else {
      checkpoints.push({ path, checkpoint: reading.checkpoint });
    }
  }
  const hashes = new Set(checkpoints.map(({ checkpoint }) => checkpoint.sha256));
  for (const { path, checkpoint: { device, heads, previous } } of checkpoints) {
    check.know({ name: `a checkpoint of device ${device}` }, heads);
    if (previous !== null && !hashes.has(previous)) findings.push({ kind: 'missing', file: path, what: `The checkpoint of device ${device} before this one is not here.`, device });
  }
  return findings;
}
