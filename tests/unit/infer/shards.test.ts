import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isStreamed, Shards } from '../../../electron/infer/shards.ts';
import type { StreamedTable } from '../../../electron/infer/shards.ts';
import { trainTable } from '../../../electron/infer/train.ts';
import type { Checkpoints } from '../../../electron/infer/train.ts';
import { prepareStreamed } from '../../../electron/ml/streamed-set.ts';
import { buildMatrix, prepareTraining } from '../../../electron/ml/training-set.ts';
import type { Matrix, TrainingSet } from '../../../electron/ml/training-set.ts';
import type { ColumnData } from '../../../shared/domain/column-data.ts';
import { ModelSpec } from '../../../shared/domain/train-config.ts';
import { penguinConfig, penguins } from '../../support/train-config.ts';

/** The columns as a table that is read in blocks. */
async function tableOf(columns: readonly ColumnData[]): Promise<StreamedTable> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-shards-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const named = (names: readonly string[]): ColumnData[] => names.map((name) => columns.find((column) => column.name === name)!);
  return {
    rowCount: 344, scratchPath: join(folder, 'rows'),
    readColumns: (names) => Promise.resolve(named(names)),
    readBlocks: async (names, _rowsPerBlock, use) => {
      for (let from = 0; from < 344; from += 50) {
        await use(named(names).map((column) => (column.kind === 'number'
          ? { ...column, values: column.values.subarray(from, from + 50) } : { ...column, codes: column.codes.subarray(from, from + 50) })));
      }
    },
  };
}

function matrixOf(set: TrainingSet): Matrix {
  const steps = buildMatrix(set);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

const config = penguinConfig({ model: ModelSpec.parse({ kind: 'mlp', hidden: [16], embeddings: true }), batchSize: 16, maxEpochs: 5, patience: null });

describe('rows in shards', () => {
  it('are prepared as rows in memory are', async () => {
    const [streamed, whole] = [await prepareStreamed(config, await tableOf(penguins()), () => Promise.resolve()), prepareTraining(config, penguins())];
    expect(streamed.encoding).toEqual(whole.encoding);
    expect(streamed.split).toEqual(whole.split);
    expect([streamed.loss, streamed.output, streamed.droppedRowCount]).toEqual([whole.loss, whole.output, whole.droppedRowCount]);
  });

  it('hold every row of each part once, in whole steps, in another order each epoch', async () => {
    const table = await tableOf(penguins());
    const set = await prepareStreamed(config, table, () => Promise.resolve());
    const all = matrixOf(prepareTraining(config, penguins()));
    const width = set.encoding.width;
    const rowOf = ({ x, codes, y }: Matrix, row: number): string => [...x!.subarray(row * width, (row + 1) * width), ...codes!.subarray(row * 2, (row + 1) * 2), y[row]].join();
    const shards = await Shards.write({ set, table, seed: 1, stepRows: 32, rest: () => Promise.resolve(), shardBytes: 64 * 4 * (width + 2) });
    const read = async (pieces: ReturnType<Shards['epoch']>): Promise<string[]> => {
      const rows: string[] = [];
      for (const piece of pieces) {
        const loaded = await piece.load();
        expect(loaded.rows).toHaveLength(piece.rowCount);
        for (const row of loaded.rows) rows.push(rowOf(loaded.data, row));
      }
      return rows;
    };
    const expected = [...set.split.train].map((row) => rowOf(all, row));
    const [first, second, again] = [await read(shards.epoch(1)), await read(shards.epoch(2)), await read(shards.epoch(1))];
    expect(first.toSorted()).toEqual(expected.toSorted());
    expect(second.toSorted()).toEqual(expected.toSorted());
    expect(first).not.toEqual(second);
    expect(again).toEqual(first);
    expect(shards.epoch(1).map(({ rowCount }) => rowCount).toSorted((a, b) => b - a)).toEqual([64, 64, 64, 31]);
    for (const part of ['validation', 'test'] as const) expect(await read(shards.part(part))).toEqual([...set.split[part]].map((row) => rowOf(all, row)));
    await shards.close();
    expect(await readdir(join(table.scratchPath, '..'))).toEqual([]);
  });

  it('train as well as rows in memory, and go on from a checkpoint bit for bit', async () => {
    const kept: { bytes: Uint8Array; name: string }[] = [];
    const checkpoints: Checkpoints = {
      dataHash: '', async *found() { yield* kept; }, save: async (bytes, step) => void kept.unshift({ bytes, name: String(step) }),
    };
    const train = async (stopAfter: number, withCheckpoints: boolean) => {
      let asked = 0;
      let nowMs = 0;
      return trainTable({
        config: { ...config, maxEpochs: 30 }, columns: await tableOf(penguins()), onProgress: () => undefined, shouldStop: () => ++asked > stopAfter,
        now: () => (nowMs += 100), ...(withCheckpoints && { checkpoints }),
      });
    };
    const whole = await train(Infinity, false);
    expect(whole.test.accuracy).toBeGreaterThan(0.95);
    expect((await train(40, true)).status).toBe('cancelled');
    expect(kept.length).toBeGreaterThan(0);
    const resumed = await train(Infinity, true);
    expect(resumed.weightsHash).toBe(whole.weightsHash);
    expect(resumed.traceBytes).toEqual(whole.traceBytes);
  });

  it('are used beyond half a gigabyte, where the model sees rows one by one', () => {
    expect(isStreamed(config, 20_000_000)).toBe(false);
    expect(isStreamed(config, 30_000_000)).toBe(true);
    expect(isStreamed({ ...config, model: ModelSpec.parse({ kind: 'cnn', image: { height: 8, width: 8, channels: 1 } }) }, 30_000_000)).toBe(false);
  });
});
