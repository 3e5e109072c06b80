import { describe, expect, it } from 'vitest';
import { floatTensor, openSession, Tensor } from '../../../electron/infer/session.ts';
import { gradients } from '../../../electron/ml/autodiff.ts';
import { Graph } from '../../../electron/ml/graph.ts';
import { writeOnnx } from '../../../electron/ml/onnx-write.ts';
import { ops } from '../../../electron/ml/ops/index.ts';

describe('the graph builder', () => {
  it('names the layer, the values and both shapes when a product does not fit', () => {
    const graph = new Graph('test');
    const op = ops(graph);
    const x = graph.input('x', 'float32', ['batch', 3]);
    const w = graph.input('w', 'float32', [4, 2]);
    expect(() => graph.inLayer('hidden1', () => op.matMul(x, w))).toThrow(/Layer "hidden1".*"x" \[batch, 3\].*"w" \[4, 2\]/);
  });

  it('infers shapes through a symbolic batch', () => {
    const graph = new Graph('test');
    const op = ops(graph);
    const x = graph.input('x', 'float32', ['batch', 3]);
    const y = op.gemm(x, graph.input('w', 'float32', [3, 2]), { bias: graph.input('b', 'float32', [2]) });
    expect(y.shape).toEqual(['batch', 2]);
    expect(op.reduceMean(y, null, false).shape).toEqual([]);
    expect(op.concat([x, y], 1).shape).toEqual(['batch', 5]);
  });

  it('refuses a second value of one name and a value of another graph', () => {
    const graph = new Graph('test');
    graph.input('x', 'float32', [1]);
    expect(() => graph.input('x', 'float32', [1])).toThrow(/"x".*twice/);
    const stranger = new Graph('other').input('y', 'float32', [1]);
    expect(() => ops(graph).relu(stranger)).toThrow(/another graph/);
  });

  it('refuses operands of two types and a constant of the wrong size', () => {
    const graph = new Graph('test');
    const x = graph.input('x', 'float32', [2]);
    const n = graph.input('n', 'int32', [2]);
    expect(() => ops(graph).add(x, n)).toThrow(/float32.*int32/);
    expect(() => graph.constant('float32', [3], new Float32Array(2))).toThrow(/has 2 values/);
  });

  it('says which operator and layer cannot be trained through', () => {
    const graph = new Graph('test');
    const op = ops(graph);
    const x = graph.input('x', 'float32', [2]);
    const loss = graph.inLayer('rounding', () => op.reduceSum(graph.emitOne('Round', [x], 'float32', x.shape), null, false));
    expect(() => gradients(graph, loss, [x])).toThrow(/Round in layer "rounding"/);
  });

  it('refuses a loss that is no scalar or does not depend on a parameter', () => {
    const graph = new Graph('test');
    const op = ops(graph);
    const x = graph.input('x', 'float32', [2]);
    const y = graph.input('y', 'float32', [2]);
    expect(() => gradients(graph, x, [x])).toThrow(/not a scalar/);
    expect(() => gradients(graph, op.reduceSum(x, null, false), [y])).toThrow(/does not depend on "y"/);
  });

  it('carries the state of a loop and stacks what it scans', async () => {
    const graph = new Graph('doubling');
    const op = ops(graph);
    const start = graph.input('start', 'float32', [2]);
    const { state, scans } = op.loop(graph.input('count', 'int64', []), [start], (body, _iteration, [current]) => {
      const inner = ops(body);
      const next = inner.add(current!, current!);
      return { state: [next], scans: [inner.reduceSum(next, null, false)] };
    });
    graph.output('end', state[0]!);
    graph.output('sums', scans[0]!);
    const session = await openSession(writeOnnx(graph), { threadCount: 1 });
    const outputs = await session.run({ start: floatTensor(Float32Array.of(1, 2), [2]), count: new Tensor('int64', [3n], []) });
    await session.release();
    expect([...(outputs['end']!.data as Float32Array)]).toEqual([8, 16]);
    expect([...(outputs['sums']!.data as Float32Array)]).toEqual([6, 12, 24]);
  });

  it('writes the same bytes for the same graph, leaves out what nothing needs, and publishes inputs and twice-used values', async () => {
    const build = (): Graph => {
      const graph = new Graph('copies');
      const op = ops(graph);
      const x = graph.input('x', 'float32', [1]);
      const y = op.exp(x);
      op.log(y);
      graph.output('same', x);
      graph.output('once', y);
      graph.output('again', y);
      return graph;
    };
    const bytes = writeOnnx(build());
    expect(writeOnnx(build())).toEqual(bytes);
    expect(new TextDecoder('latin1').decode(bytes)).not.toContain('Log');
    const session = await openSession(bytes, { threadCount: 1 });
    const outputs = await session.run({ x: floatTensor(Float32Array.of(0), [1]) });
    await session.release();
    expect(['same', 'once', 'again'].map((name) => outputs[name]!.data[0])).toEqual([0, 1, 1]);
  });
});
