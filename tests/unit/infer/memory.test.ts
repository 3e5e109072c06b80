import { describe, expect, it } from 'vitest';
import { availableMemory, evaluationRowsOf, memoryNeeded, requireMemory } from '../../../electron/infer/memory.ts';
import { trainTable } from '../../../electron/infer/train.ts';
import { prepareTraining } from '../../../electron/ml/training-set.ts';
import { ModelSpec } from '../../../shared/domain/train-config.ts';
import { crossEntropy, programOf, tableNetwork } from '../../support/programs.ts';
import { penguinConfig, penguins } from '../../support/train-config.ts';

describe('the memory of a training', () => {
  it('is estimated from data, state and batch, and refused with both numbers when it is not there', () => {
    const set = prepareTraining(penguinConfig(), penguins());
    const needed = (hidden: number, stepRows: number): number =>
      memoryNeeded({ set, program: programOf(tableNetwork({ kind: 'mlp', hidden: [hidden, hidden] }, 10, 3), crossEntropy(3)), stepRows, isStreamed: false });
    expect(needed(32, 32)).toBeLessThan(300e6);
    // 4096 x 4096 weights of 4 bytes with two slots, kept five times.
    expect(needed(4096, 32)).toBeGreaterThan(5 * 3 * 4 * 4096 ** 2);
    expect(needed(4096, 65_536) - needed(4096, 32)).toBeGreaterThan(65_536 * 4096 * 4);
    expect(() => requireMemory(3e9, 2e9)).toThrow('Training needs about 3000 MB of memory, and 2000 MB are available.');
    expect(() => requireMemory(2e9, 3e9)).not.toThrow();
    expect(availableMemory()).toBeGreaterThan(1e8);
  });

  it('that is not there refuses the training before it starts', async () => {
    const config = penguinConfig({ model: ModelSpec.parse({ kind: 'mlp', hidden: [4096, 4096, 4096, 4096, 4096, 4096, 4096, 4096] }), batchSize: 65_536 });
    const columns = penguins().map((column) => (column.kind === 'number' ? { ...column, values: repeated(column.values) } : { ...column, codes: repeated(column.codes) }));
    await expect(trainTable({ config, columns, onProgress: () => undefined, shouldStop: () => false })).rejects.toMatchObject({ failure: { code: 'train/memory' } });
  });

  it('of an evaluation is bounded: the wider the network, the fewer rows at a time', () => {
    const rows = (hidden: number): number => evaluationRowsOf({ ...programOf(tableNetwork({ kind: 'mlp', hidden: [hidden] }, 10, 3), crossEntropy(3)) });
    expect(rows(8)).toBe(8192);
    expect(rows(4096)).toBeLessThan(3000);
    expect(rows(4096)).toBeGreaterThan(500);
  });
});

/** Two hundred times the rows. */
function repeated<T extends Float64Array | Int32Array>(values: T): T {
  const all = new (values.constructor as new (length: number) => T)(values.length * 200);
  for (let i = 0; i < 200; i++) all.set(values as never, i * values.length);
  return all;
}
