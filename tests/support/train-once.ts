/** Trains the penguins once and prints the hash of the weights; run as a process of its own by the test of reproducibility. */
import { trainTable } from '../../electron/infer/train.ts';
import { penguinConfig, penguins } from './train-config.ts';

const outcome = await trainTable({
  config: penguinConfig({ maxEpochs: 15, threadCount: 2, batchSize: 50, l2: 0.001, classWeights: 'balanced' }),
  columns: penguins(), onProgress: () => undefined, shouldStop: () => false,
});
process.stdout.write(`${outcome.weightsHash} ${outcome.graphHash}`);
