import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { floatTensor, openSession } from '../../../../electron/infer/session.ts';
import { Trainer } from '../../../../electron/infer/trainer.ts';
import { Graph } from '../../../../electron/ml/graph.ts';
import { createNetwork } from '../../../../electron/ml/models/index.ts';
import { flopsPerStep, initialState, scopeOver } from '../../../../electron/ml/network.ts';
import type { Network } from '../../../../electron/ml/network.ts';
import { writeOnnx } from '../../../../electron/ml/onnx-write.ts';
import { ops } from '../../../../electron/ml/ops/index.ts';
import { ModelSpec } from '../../../../shared/domain/train-config.ts';
import { createRandom, range } from '../../../../shared/math/random.ts';
import { crossEntropy, programOf, trainerOptions } from '../../../support/programs.ts';

const classCount = 3;
type ImageSpec = Extract<z.input<typeof ModelSpec>, { kind: 'cnn' | 'resnet' }>;

function imageNetwork(spec: ImageSpec): Network {
  return createNetwork(ModelSpec.parse(spec), { kind: 'image', ...spec.image }, classCount);
}

function madeData(network: Network, rowCount: number) {
  const random = createRandom(8);
  return {
    rowCount, codes: null, w: null, x: Float32Array.from({ length: rowCount * network.featureWidth }, () => random.unit() * 2 - 1),
    y: Int32Array.from({ length: rowCount }, () => random.below(classCount)),
  };
}

const specs: Readonly<Record<string, ImageSpec>> = {
  'convolutional network': { kind: 'cnn', image: { height: 10, width: 7, channels: 2 }, filters: [4, 8], dropout: 0.5, augmentation: { flip: true, shift: 1, noise: 0.1 } },
  'residual network': { kind: 'resnet', image: { height: 9, width: 12, channels: 1, resizeTo: { height: 6, width: 6 } }, filters: [4, 6], dropout: 0.5 },
};

describe.each(Object.entries(specs))('the %s', (_, spec) => {
  it('gives in a file, with its weights inside, what evaluation gave, bit for bit', async () => {
    const network = imageNetwork(spec);
    const data = madeData(network, 12);
    const trainer = await Trainer.open(trainerOptions(programOf(network, crossEntropy(classCount)), 1e-2));
    await trainer.runSteps(data, range(12), 6);
    const { weights } = trainer;
    const { output } = await trainer.evaluate(data, range(12), weights, async () => undefined);
    await trainer.close();

    const graph = new Graph('file');
    const constants = (tensors: Network['buffers']) => new Map(tensors.map(({ name, shape }) =>
      [name, graph.constant('float32', shape, weights.get(name) as Float32Array, name)]));
    const scope = scopeOver(graph, { parameters: constants(network.parameters), buffers: constants(network.buffers) }, null);
    const features = graph.input('features', 'float32', ['batch', network.featureWidth]);
    graph.output('output', ops(graph).softmax(network.forward(scope, { features, codes: null })));
    const session = await openSession(writeOnnx(graph), { threadCount: 1 });
    const inFile = await session.run({ features: floatTensor(data.x, [12, network.featureWidth]) });
    await session.release();
    expect(inFile['output']?.data).toEqual(output);
  });

  it('trains the same from the same seed, dropout and augmentation included, however steps are cut into chunks', async () => {
    const network = imageNetwork(spec);
    const data = madeData(network, 12);
    const lossesOf = async (chunks: readonly number[]): Promise<number[]> => {
      const trainer = await Trainer.open(trainerOptions(programOf(network, crossEntropy(classCount)), 1e-2));
      const losses: number[] = [];
      for (const steps of chunks) losses.push(...await trainer.runSteps(data, Int32Array.from({ length: steps * 4 }, (__, i) => (losses.length * 4 + i) % 12), 4));
      await trainer.close();
      return losses;
    };
    const whole = await lossesOf([6]);
    expect(await lossesOf([1, 3, 2])).toEqual(whole);
    expect(new Set(whole).size).toBe(6);
  });
});

describe('a model of images', () => {
  it('takes the smallest images through as many blocks as there can be', () => {
    const network = imageNetwork({ kind: 'cnn', image: { height: 4, width: 5, channels: 1 }, filters: [2, 2, 2, 2, 2], hidden: 4 });
    expect(network.parameters.find(({ name }) => name === 'hidden.weight')?.shape).toEqual([4, 2]);
  });

  it('starts convolutions by the rule of He and the last layer by that of Glorot', () => {
    const network = imageNetwork({ kind: 'cnn', image: { height: 8, width: 8, channels: 3 } });
    const { parameters } = initialState(network, 1);
    const largest = (name: string): number =>
      Math.max(...(parameters[network.parameters.findIndex((parameter) => parameter.name === name)] as Float32Array).map(Math.abs));
    expect(largest('conv2.weight')).toBeLessThanOrEqual(Math.sqrt(6 / (9 * 16)));
    expect(largest('conv2.weight')).toBeGreaterThan(0.95 * Math.sqrt(6 / (9 * 16)));
    expect(largest('output.weight')).toBeLessThanOrEqual(Math.sqrt(6 / (128 + classCount)));
  });

  it('knows what a step costs: three times its forward products, twice in the first layer', () => {
    const network = imageNetwork({ kind: 'cnn', image: { height: 28, width: 28, channels: 1 } });
    const forward = (2 * 9 * 16 * 784 * 2) / 3 + 2 * 9 * 16 * 32 * 196 + 2 * 1568 * 128 + 2 * 128 * classCount;
    expect(flopsPerStep(network, 64)).toBeCloseTo(3 * 64 * forward, -2);
  });
});
