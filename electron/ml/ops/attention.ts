/**
 * Scaled dot-product attention with several heads (Vaswani et al. 2017), differentiated as a whole: the sum over keys that the
 * softmax sends back equals one over the width of a head (Dao et al. 2022, appendix B), which is shorter.
 */
import type { Value } from '../graph.ts';
import { formatShape } from '../shapes.ts';
import type { Ops } from './index.ts';

export interface AttentionSpec {
  readonly steps: number;
  readonly heads: number;
  /** Added to the scores, [batch, 1, 1, steps]: 0, or very negative for keys that are padding. Nothing flows back through it. */
  readonly bias: Value | null;
}

/** qkv [batch steps, 3 width] (queries, keys, values; each head by head) to [batch steps, width]. */
export function attention(op: Ops, qkv: Value, { steps, heads, bias }: AttentionSpec): Value {
  const { graph } = op;
  const [rows, columns] = qkv.shape;
  const width = typeof columns === 'number' ? columns / 3 : NaN;
  const perHead = width / heads;
  if (qkv.shape.length !== 2 || rows === undefined || !Number.isInteger(perHead)) {
    throw graph.shapeError(`attention with ${heads} heads over "${qkv.name}" ${formatShape(qkv.shape)}`);
  }
  const batch = typeof rows === 'number' ? rows / steps : 'batch';
  const byHead = (back: Ops, x: Value): Value => back.transpose(back.reshape(x, [batch, steps, heads, perHead]), [0, 2, 1, 3]);
  const scale = 1 / Math.sqrt(perHead);
  return graph.composite({
    name: 'Attention', inputs: [qkv],
    build: () => {
      const parts = op.transpose(op.reshape(qkv, [batch, steps, 3, heads, perHead]), [2, 0, 3, 1, 4]);
      const [query, key, value] = [0, 1, 2].map((i) => op.gather(parts, op.scalar('int64', i))) as [Value, Value, Value];
      const scores = op.mul(op.matMul(query, turned(op, key)), op.scalar(qkv.type, scale));
      const share = op.softmax(bias === null ? scores : op.add(scores, bias));
      const mixed = op.matMul(share, value);
      return {
        outputs: [op.reshape(op.transpose(mixed, [0, 2, 1, 3]), [rows, width])],
        gradient: (at, [dy]) => [() => {
          const back = op.on(at);
          const flow = byHead(back, dy as Value);
          const dot = back.reduceSum(back.mul(flow, mixed), [-1], true);
          const dScores = back.mul(share, back.sub(back.matMul(flow, turned(back, value)), dot));
          const scaled = (x: Value): Value => back.mul(x, back.scalar(x.type, scale));
          const flows = [
            scaled(back.matMul(dScores, key)), scaled(back.matMul(turned(back, dScores), query)), back.matMul(turned(back, share), flow),
          ];
          const stacked = back.concat(flows.map((each) => back.unsqueeze(each, [0])), 0);
          return back.reshape(back.transpose(stacked, [1, 3, 0, 2, 4]), qkv.shape);
        }],
      };
    },
  })[0] as Value;
}

/** The last two axes swapped. */
function turned(op: Ops, x: Value): Value {
  return op.transpose(x, [0, 1, 3, 2]);
}
