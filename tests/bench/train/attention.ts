/** A transformer block of width 128 with 4 heads over 64 of 2,000 words, batch 16, beside PyTorch. */
import { suggestThreadCount } from '../../../electron/infer/threads.ts';
import { createNetwork } from '../../../electron/ml/models/index.ts';
import { flopsPerStep } from '../../../electron/ml/network.ts';
import type { Matrix } from '../../../electron/ml/training-set.ts';
import { ModelSpec } from '../../../shared/domain/train-config.ts';
import { createRandom } from '../../../shared/math/random.ts';
import { crossEntropy, programOf } from '../../support/programs.ts';
import type { BenchLine } from '../line.ts';
import { besideTorch } from './torch-peer.ts';

const [rowCount, classCount, batchSize] = [4096, 10, 16];
const [steps, vocabulary] = [64, 2000];

export async function benchAttention(): Promise<BenchLine[]> {
  const random = createRandom(1);
  const network = createNetwork(ModelSpec.parse({
    kind: 'transformer', width: 128, heads: 4, layers: 1, feedForward: 512, dropout: 0, sequence: { from: 'words', steps, vocabulary },
  }), { kind: 'words', steps, vocabulary }, classCount);
  const data: Matrix = {
    rowCount, x: null, w: null,
    codes: Int32Array.from({ length: rowCount * steps }, () => 1 + random.below(vocabulary - 1)),
    y: Int32Array.from({ length: rowCount }, () => random.below(classCount)),
  };
  return besideTorch({
    name: `transformer block ${steps} words x 128 batch ${batchSize}`, program: programOf(network, crossEntropy(classCount)), data, batchSize,
    threadCount: Math.min(2, suggestThreadCount(flopsPerStep(network, batchSize))),
    model: 'attention', variants: ['eager', 'fused'], goals: { eager: 1.05, best: 1 },
  });
}
