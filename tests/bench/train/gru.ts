/** Recurrent networks of 64 units over 32 steps of 16 numbers, batch 64, beside PyTorch. */
import { suggestThreadCount } from '../../../electron/infer/threads.ts';
import { createNetwork } from '../../../electron/ml/models/index.ts';
import { flopsPerStep } from '../../../electron/ml/network.ts';
import type { Matrix } from '../../../electron/ml/training-set.ts';
import { ModelSpec } from '../../../shared/domain/train-config.ts';
import { createRandom } from '../../../shared/math/random.ts';
import { crossEntropy, programOf } from '../../support/programs.ts';
import type { BenchLine } from '../line.ts';
import { besideTorch } from './torch-peer.ts';

const [rowCount, classCount, batchSize] = [4096, 10, 64];
const [steps, channels, units] = [32, 16, 64];

export async function benchGru(): Promise<BenchLine[]> {
  const random = createRandom(1);
  const data: Matrix = {
    rowCount, codes: null, w: null,
    x: Float32Array.from({ length: rowCount * steps * channels }, () => random.unit()),
    y: Int32Array.from({ length: rowCount }, () => random.below(classCount)),
  };
  const lines: BenchLine[] = [];
  for (const cell of ['gru', 'lstm'] as const) {
    const network = createNetwork(
      ModelSpec.parse({ kind: 'recurrent', cell, units, sequence: { from: 'columns', channels } }), { kind: 'series', steps, channels }, classCount,
    );
    lines.push(...await besideTorch({
      name: `${cell} ${steps} steps x ${units} units batch ${batchSize}`, program: programOf(network, crossEntropy(classCount)), data, batchSize,
      threadCount: Math.min(2, suggestThreadCount(flopsPerStep(network, batchSize))),
      // The issue sets a goal for the GRU; the LSTM shall not be slower than PyTorch.
      model: cell, variants: ['eager', 'fused'], goals: cell === 'gru' ? { eager: 1.8, best: 1 } : { eager: 1, best: 1 },
    }));
  }
  return lines;
}
