/** A network like LeNet on 28 x 28 pixels: 16 and 32 filters, 128 hidden units, 10 classes, beside PyTorch. */
import { suggestThreadCount } from '../../../electron/infer/threads.ts';
import { createNetwork } from '../../../electron/ml/models/index.ts';
import { flopsPerStep } from '../../../electron/ml/network.ts';
import type { Matrix } from '../../../electron/ml/training-set.ts';
import { ModelSpec } from '../../../shared/domain/train-config.ts';
import { createRandom } from '../../../shared/math/random.ts';
import { crossEntropy, programOf } from '../../support/programs.ts';
import type { BenchLine } from '../line.ts';
import { besideTorch } from './torch-peer.ts';

const rowCount = 4096;
const classCount = 10;
const image = { height: 28, width: 28, channels: 1 };

export async function benchCnn(): Promise<BenchLine[]> {
  const network = createNetwork(ModelSpec.parse({ kind: 'cnn', image }), { kind: 'image', ...image }, classCount);
  const random = createRandom(1);
  const data: Matrix = {
    rowCount, codes: null, w: null,
    x: Float32Array.from({ length: rowCount * network.featureWidth }, () => random.unit()),
    y: Int32Array.from({ length: rowCount }, () => random.below(classCount)),
  };
  const lines: BenchLine[] = [];
  for (const batchSize of [32, 64, 128]) {
    lines.push(...await besideTorch({
      name: `cnn 28x28 batch ${batchSize}`, program: programOf(network, crossEntropy(classCount)), data, batchSize,
      threadCount: Math.min(2, suggestThreadCount(flopsPerStep(network, batchSize))),
      model: 'cnn', variants: ['eager', 'channels_last', 'channels_last+fused'], goals: { eager: 1.4, best: 1 },
    }));
  }
  return lines;
}
