/** Builders of networks and training programs for tests and the bench. */
import type { z } from 'zod';
import type { TrainerOptions } from '../../electron/infer/trainer.ts';
import type { LossSpec } from '../../electron/ml/losses.ts';
import { createNetwork } from '../../electron/ml/models/index.ts';
import type { Network } from '../../electron/ml/network.ts';
import { createOptimizer } from '../../electron/ml/optimizers/index.ts';
import type { Program } from '../../electron/ml/training-graph.ts';
import { ModelSpec } from '../../shared/domain/train-config.ts';

/** A network for rows of `width` numbers. */
export function tableNetwork(spec: z.input<typeof ModelSpec>, width: number, outputWidth: number): Network {
  return createNetwork(ModelSpec.parse(spec), { kind: 'table', featureWidth: width, categories: [] }, outputWidth);
}

/** Cross-entropy without extras. */
export function crossEntropy(classCount: number, classWeights: Float32Array | null = null): LossSpec {
  return { kind: 'cross-entropy', classCount, classWeights, labelSmoothing: 0, triplet: null };
}

/** Adam on rows, without penalties or limits, and what a test cares about on top. */
export function programOf(network: Network, loss: LossSpec, changes: Partial<Program> = {}): Program {
  return {
    network, loss, view: { kind: 'rows' }, optimizer: createOptimizer({ kind: 'adam' }), seed: 1, hasWeights: false,
    l1: 0, l2: 0, clipNorm: null, clipValue: null, accumulate: 1, averageDecay: null, isMixed: false, ...changes,
  };
}

/** Options of a trainer with a constant learning rate. */
export function trainerOptions(program: Program, learningRate: number, changes: Partial<TrainerOptions> = {}): TrainerOptions {
  return { program, session: { threadCount: 1 }, seed: program.seed, rateAt: () => learningRate, ...changes };
}
