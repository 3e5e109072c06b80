import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { noise } from '../../support/eln.ts';

test('a file of 200 MB is exported, stored and compressed, and verified, in memory that does not grow with it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'assay-large-'));
  try {
    const source = join(directory, 'large.bin');
    const block = Buffer.concat([noise(1 << 19, 3), Buffer.alloc(1 << 19, 'text that packs well, ')]);
    for (let i = 0; i < 200; i++) appendFileSync(source, block);
    const output = execFileSync(process.execPath, [fileURLToPath(new URL('../../support/eln-memory.ts', import.meta.url)), directory, source], { encoding: 'utf8' });
    const { sizeBytes, outcome, findings, peakBytes } = JSON.parse(output) as { sizeBytes: number; outcome: string; findings: unknown[]; peakBytes: number };
    expect({ outcome, findings }).toEqual({ outcome: 'verified-signer-unknown', findings: [] });
    // 200 MB as they are and about 100 MB compressed.
    expect(sizeBytes).toBeGreaterThan(300 << 20);
    // Node itself takes about 100 MB; holding either copy would take 200 MB more.
    expect(peakBytes).toBeLessThan(260 << 20);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}, 240_000);
