import { describe, expect, it } from 'vitest';
import { floatTensor, openSession } from '../../../../electron/infer/session.ts';
import { gradients } from '../../../../electron/ml/autodiff.ts';
import { Graph } from '../../../../electron/ml/graph.ts';
import type { Value } from '../../../../electron/ml/graph.ts';
import { conv, convPool, mostColumnsPerImage } from '../../../../electron/ml/layers/convolution.ts';
import { scopeOver } from '../../../../electron/ml/network.ts';
import { writeOnnx } from '../../../../electron/ml/onnx-write.ts';
import { planeGeometry, squareOffsets } from '../../../../electron/ml/ops/plane-geometry.ts';
import { createRandom } from '../../../../shared/math/random.ts';

const [channels, filters, side, batch] = [4, 2, 86, 2];
const random = createRandom(5);
const drawn = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.unit() * 2 - 1);

describe('a layer of convolution', () => {
  it('leaves the fast way where its copies would be too large, and gives the same values and gradients', async () => {
    expect(9 * channels * side * side).toBeGreaterThan(mostColumnsPerImage);
    const graph = new Graph('both');
    const values = graph.input('x', 'float32', [channels, side * side, 'batch']);
    const weight = graph.input('w', 'float32', [filters, channels, 3, 3]);
    const bias = graph.input('b', 'float32', [filters]);
    const scope = scopeOver(graph, { parameters: new Map([['pooled.weight', weight], ['pooled.bias', bias], ['plain.weight', weight]]), buffers: new Map() }, null);
    const { op } = scope;
    const planes = { values, height: side, width: side };
    const flat = op.reshape(weight, [filters, channels * 9]);
    const offsets = squareOffsets(3);
    const pairs = {
      pooled: [
        convPool(scope, 'pooled', planes, filters).values,
        op.planeConvPool(values, flat, op.reshape(bias, [filters, 1, 1]), planeGeometry({ height: side, width: side, offsets, pool: [2, 2] })),
      ],
      plain: [
        conv(scope, 'plain', planes, { filters, kernel: 3, stride: 1 }).values,
        op.planeConv(values, flat, planeGeometry({ height: side, width: side, offsets })),
      ],
    } as const;
    for (const [name, ways] of Object.entries(pairs)) {
      ways.forEach((y, way) => {
        graph.output(`${name}/value/${way}`, y);
        const [x, w] = gradients(graph, op.reduceMean(op.square(y), null, false), [values, weight]) as [Value, Value];
        graph.output(`${name}/to-x/${way}`, x);
        graph.output(`${name}/to-w/${way}`, w);
      });
    }
    const session = await openSession(writeOnnx(graph), { threadCount: 1 });
    const outputs = await session.run({
      x: floatTensor(drawn(channels * side * side * batch), [channels, side * side, batch]),
      w: floatTensor(drawn(filters * channels * 9), [filters, channels, 3, 3]), b: floatTensor(drawn(filters), [filters]),
    });
    await session.release();
    for (const name of Object.keys(pairs)) {
      for (const what of ['value', 'to-x', 'to-w']) {
        const [one, other] = [0, 1].map((way) => outputs[`${name}/${what}/${way}`]?.data as Float32Array) as [Float32Array, Float32Array];
        const largest = one.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const difference = one.reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] as number))), 0);
        // The same products, summed in another order; the weights' gradient sums 15,000 of them.
        expect(difference).toBeLessThan(2e-5 * largest);
      }
    }
  });
});
