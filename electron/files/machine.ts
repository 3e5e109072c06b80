/** Tells this computer from another one that has a copy of the same files. Nothing of it can be read back from the answer. */
import { readFileSync } from 'node:fs';
import { cpus, hostname } from 'node:os';
import { sha256Hex } from './hashing.ts';

/** SHA-256 over what the system says it is: /etc/machine-id, else the host's name and its processor. */
export function machineFingerprint(): string {
  // A name that a network gives changes behind the first dot.
  const name = hostname().split('.')[0]?.toLowerCase() ?? '';
  return sha256Hex(`assay-machine\n${machineId() ?? `${name}\n${cpus()[0]?.model ?? ''}`}`);
}

function machineId(): string | null {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim() || null;
  } catch {
    // Only Linux has it.
    return null;
  }
}
