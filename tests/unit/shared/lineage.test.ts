import { describe, expect, it } from 'vitest';
import type { Dataset, VersionSource } from '../../../shared/domain/datasets.ts';
import { lineageOf, type DatasetUses } from '../../../shared/domain/lineage.ts';
import type { Model } from '../../../shared/domain/models.ts';
import type { Run } from '../../../shared/domain/runs.ts';

const id = (name: string): never => name.padStart(26, '0') as never;
const file: VersionSource = { kind: 'file', fileName: 'a.csv', sha256: 'x', sizeBytes: 1, format: 'csv' };
const dataset = (name: string, sources: readonly VersionSource[]): Dataset => ({
  id: id(name), name, description: '', tags: [],
  versions: sources.map((source, index) => ({ id: id(`${name}${index + 1}`), datasetId: id(name), number: index + 1, object: 'x' as never, sizeBytes: 1, rowCount: 1, columns: [], source, createdAtMs: index, createdBy: 'Ana' })),
});
const run = (name: string, versionId: string, startedAtMs: number): Run => ({ id: id(name), label: name, datasetId: id('birds'), startedAtMs, config: { versionId: id(versionId) } }) as unknown as Run;
const none: DatasetUses = { reports: [], pages: [], exports: [] };

describe('the lineage of a dataset', () => {
  const query = (...inputs: string[]): VersionSource => ({ kind: 'query', sql: 'SELECT 1', inputVersionIds: inputs.map(id) });
  const birds = dataset('birds', [file, query('birds1', 'gone1')]);
  const large = dataset('large', [query('birds2')]);
  const guessed = dataset('guessed', [{ kind: 'prediction', runId: id('R1'), inputVersionId: id('birds1'), fileName: null }]);
  const runs = [run('R1', 'birds1', 1), run('R2', 'birds1', 3), run('R3', 'birds2', 2), run('R4', 'large1', 9)];
  const models = [{ id: id('m'), runId: id('R2') }, { id: id('n'), runId: id('R4') }] as unknown as Model[];
  const datasets = [birds, large, guessed];

  it('has the newest version first, with what it was made of and what came of it', () => {
    const report = { id: id('d'), name: 'By month', versionIds: [id('birds1')] };
    const out = { versionId: id('birds2'), fileName: 'b.csv', format: 'csv' as const, rowCount: 1, sha256: 'x', by: 'Ana', atMs: 1 };
    const steps = lineageOf(birds, { datasets, runs, models, uses: { ...none, reports: [report], exports: [out] } });
    expect(steps.map(({ version, inputs, runs: trained, models: made, derived, reports, exports }) => ({
      number: version.number, inputs: inputs.map((one) => one?.version.id ?? null), runs: trained.map(({ label }) => label), models: made.map((model) => model.id),
      derived: derived.map((one) => one.version.id), reports: reports.length, exports: exports.length,
    }))).toEqual([
      { number: 2, inputs: [id('birds1'), null], runs: ['R3'], models: [], derived: [id('large1')], reports: 0, exports: 1 },
      { number: 1, inputs: [], runs: ['R2', 'R1'], models: [id('m')], derived: [id('birds2'), id('guessed1')], reports: 1, exports: 0 },
    ]);
  });

  it('names the run that predicted it, and nothing where that was removed', () => {
    expect(lineageOf(guessed, { datasets, runs, models, uses: none })[0]).toMatchObject({ predictedBy: { label: 'R1' }, inputs: [{ dataset: { name: 'birds' } }] });
    expect(lineageOf(guessed, { datasets: [guessed], runs: [], models, uses: none })[0]).toMatchObject({ predictedBy: null, inputs: [null], runs: [] });
  });
});
