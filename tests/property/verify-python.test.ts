/** verify.py, which an auditor runs without Assay, says the same as the app: of sound folders and of a thousand damaged ones. */
import { describe, expect, it } from 'vitest';
import type { VerifyReport } from '../../shared/domain/verify.ts';
import { count } from '../support/counts.ts';
import { fiftyFiles, strangeFolder } from '../support/log-builder.ts';
import { mutantOf } from '../support/mutants.ts';
import { hasPython, verifyInPython } from '../support/python.ts';
import { createDice } from '../support/sim/dice.ts';
import { temporaryDirectory } from '../support/stores.ts';
import { changed, verifyFiles } from '../support/verify-files.ts';

/** All but the words: both say where and what, each in its own sentences. */
function substance({ findings, ...report }: VerifyReport): unknown {
  return { ...report, findings: findings.map(({ kind, file, record, device, person }) => [kind, file, record ?? null, device ?? null, person ?? null].join(' ')).sort() };
}

const folders = { fifty: fiftyFiles(), strange: strangeFolder() };
const bases = Object.fromEntries(Object.entries(folders).map(([name, { files }]) => [name, files]));

// Without Python there is nothing to compare with; the app's own verdicts are tested without it.
if (hasPython) describe('verify.py and the app', () => {
  it('say the same of folders that nobody damaged', async () => {
    const names = Object.keys(folders) as (keyof typeof folders)[];
    const python = await verifyInPython(temporaryDirectory(), bases, names.map((base) => ({ base })));
    for (const [i, name] of names.entries()) {
      expect(substance(python[i] as VerifyReport), name).toEqual(substance(await verifyFiles(folders[name].files, folders[name].projectId)));
    }
  });

  it('say the same of a thousand damaged folders', async () => {
    const only = process.env['ASSAY_SEED'];
    const seeds = only === undefined ? Array.from({ length: count(1000) }, (_, i) => String(i)) : [only];
    const mutants = seeds.map((seed) => {
      const dice = createDice(`mutant ${seed}`);
      const base = dice.pick(Object.keys(folders) as (keyof typeof folders)[]);
      const { files, keys } = folders[base];
      return { seed, base, ...mutantOf(files, keys, dice) };
    });
    const python = await verifyInPython(temporaryDirectory(), bases, mutants);
    const differing: unknown[] = [];
    const kinds = new Set<string>();
    for (const [i, { seed, base, name, changes }] of mutants.entries()) {
      const { files, projectId } = folders[base];
      const app = await verifyFiles(changed(files, changes), projectId);
      for (const { kind } of app.findings) kinds.add(kind);
      const [ours, theirs] = [substance(app), substance(python[i] as VerifyReport)];
      if (JSON.stringify(ours) !== JSON.stringify(theirs)) differing.push({ replay: `ASSAY_SEED=${seed}`, base, name, ours, theirs });
    }
    expect(differing).toEqual([]);
    if (only === undefined) expect([...kinds].sort()).toEqual(['altered', 'chain', 'clock', 'extra', 'fork', 'missing', 'revoked', 'signature']);
  }, 600_000);
});
