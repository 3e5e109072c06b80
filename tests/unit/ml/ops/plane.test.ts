import { describe, expect, it } from 'vitest';
import { floatTensor, openSession } from '../../../../electron/infer/session.ts';
import { gradients } from '../../../../electron/ml/autodiff.ts';
import { Graph } from '../../../../electron/ml/graph.ts';
import type { Value } from '../../../../electron/ml/graph.ts';
import { writeOnnx } from '../../../../electron/ml/onnx-write.ts';
import { ops } from '../../../../electron/ml/ops/index.ts';
import { planeGeometry, squareOffsets } from '../../../../electron/ml/ops/plane-geometry.ts';
import { createRandom } from '../../../../shared/math/random.ts';

async function run(graph: Graph, feeds: Readonly<Record<string, Float32Array>>): Promise<Record<string, Float32Array>> {
  const session = await openSession(writeOnnx(graph), { threadCount: 1 });
  try {
    const shaped = graph.inputs.map(({ name, shape }) => [name, floatTensor(feeds[name] as Float32Array, shape as number[])] as const);
    const outputs = await session.run(Object.fromEntries(shaped));
    return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
  } finally {
    await session.release();
  }
}

const random = createRandom(4);
const drawn = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.unit() * 2 - 1);

describe('convolution of planes', () => {
  it("gives what ONNX's convolution and pooling give, in as many blocks as the image needs", async () => {
    const [batch, channels, filters, height, width] = [2, 3, 4, 21, 18];
    const graph = new Graph('both');
    const op = ops(graph);
    const images = graph.input('x', 'float32', [batch, channels, height, width]);
    const weight = graph.input('w', 'float32', [filters, channels, 3, 3]);
    const bias = graph.input('b', 'float32', [filters]);
    const planes = op.transpose(op.reshape(images, [batch, channels, height * width]), [1, 2, 0]);
    const flat = op.reshape(weight, [filters, channels * 9]);
    const back = (y: Value, at: { height: number; width: number }): Value => op.reshape(op.transpose(y, [2, 0, 1]), [batch, filters, at.height, at.width]);

    const pooled = planeGeometry({ height, width, offsets: squareOffsets(3), pool: [2, 2] });
    expect(pooled.blocks.length).toBe(2);
    graph.output('pooled', back(op.planeConvPool(planes, flat, op.reshape(bias, [filters, 1, 1]), pooled), pooled));
    graph.output('expected-pooled', op.maxPool(op.relu(op.conv(images, weight, { bias, pads: [1, 1, 1, 1] })), [2, 2]));
    const strided = planeGeometry({ height, width, offsets: squareOffsets(3), stride: [2, 2] });
    graph.output('strided', back(op.planeConv(planes, flat, strided), strided));
    graph.output('expected-strided', op.conv(images, weight, { strides: [2, 2], pads: [1, 1, 1, 1] }));

    const outputs = await run(graph, { x: drawn(batch * channels * height * width), w: drawn(filters * channels * 9), b: drawn(filters) });
    for (const name of ['pooled', 'strided']) {
      const expected = outputs[`expected-${name}`] as Float32Array;
      // Sums of 27 products of numbers up to 1, in another order.
      outputs[name]?.forEach((value, i) => expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-5));
      expect(outputs[name]?.length).toBe(expected.length);
    }
  });

  it('gives the gradient of equal windows to the first, as PyTorch does, in planes and in images', async () => {
    const graph = new Graph('ties');
    const op = ops(graph);
    const images = graph.input('x', 'float32', [1, 1, 4, 4]);
    const weight = graph.input('w', 'float32', [1, 9]);
    const geometry = planeGeometry({ height: 4, width: 4, offsets: squareOffsets(3), pool: [2, 2] });
    const planes = op.planeConvPool(op.reshape(images, [1, 16, 1]), weight, op.reshape(op.graph.constant('float32', [1], Float32Array.of(0)), [1, 1, 1]), geometry);
    const [ofPlanes] = gradients(graph, op.reduceSum(planes, null, false), [images]) as [Value];
    const [ofImages] = gradients(graph, op.reduceSum(op.maxPool(images, [2, 2]), null, false), [images]) as [Value];
    graph.output('planes', ofPlanes);
    graph.output('images', ofImages);
    // The weight takes the centre alone, so that all four windows of a constant image are equal.
    const outputs = await run(graph, { x: new Float32Array(16).fill(3), w: Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0) });
    const first = [1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0];
    expect(Array.from(outputs['planes'] as Float32Array)).toEqual(first);
    expect(Array.from(outputs['images'] as Float32Array)).toEqual(first);
  });

  it('says what does not fit, and in which layer', () => {
    const graph = new Graph('model');
    const op = ops(graph);
    const geometry = planeGeometry({ height: 4, width: 4, offsets: squareOffsets(3) });
    const x = graph.input('x', 'float32', [2, 15, 'batch']);
    const weight = graph.input('w', 'float32', [3, 18]);
    expect(() => graph.inLayer('conv1', () => op.planeConv(x, weight, geometry)))
      .toThrow(expect.objectContaining({ failure: expect.objectContaining({ code: 'model/shape', details: expect.objectContaining({ layer: 'conv1' }) }) }));
    const image = graph.input('image', 'float32', ['batch', 3, 2, 2]);
    const kernel = graph.input('kernel', 'float32', [4, 3, 3, 3]);
    expect(() => graph.inLayer('conv2', () => op.conv(image, kernel)))
      .toThrow(expect.objectContaining({ failure: expect.objectContaining({ code: 'model/shape', details: expect.objectContaining({ layer: 'conv2' }) }) }));
  });
});
