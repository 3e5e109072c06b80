/**
 * Scaled dot-product attention with several heads (Vaswani et al. 2017), differentiated as a whole: the sum over keys that the
 * softmax sends back equals one over the width of a head (Dao et al. 2022, appendix B), which is shorter. Each head is computed by
 * itself: cutting columns apart costs a third of transposing them, and the scores of one head stay in the cache.
 */
import type { Value } from '../graph.ts';
import { formatShape } from '../shapes.ts';
import type { Ops } from './index.ts';

export interface AttentionSpec {
  readonly steps: number;
  readonly heads: number;
  /** Added to the scores, [batch, 1, steps]: 0, or very negative for keys that are padding. Nothing flows back through it. */
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
  const inSteps = (at: Ops, x: Value): Value => at.reshape(x, [batch, steps, x.shape[1] as number]);
  const scale = 1 / Math.sqrt(perHead);
  const everyHead = Array.from({ length: heads }, (_, head) => head);
  return graph.composite({
    name: 'Attention', inputs: [qkv],
    build: () => {
      const parts = op.split(inSteps(op, qkv), 2, Array.from({ length: 3 * heads }, () => perHead));
      const done = everyHead.map((head) => {
        const [query, key, value] = [0, 1, 2].map((i) => parts[i * heads + head]) as [Value, Value, Value];
        const scores = op.mul(op.matMul(query, turned(op, key)), op.scalar(qkv.type, scale));
        const share = op.softmax(bias === null ? scores : op.add(scores, bias));
        return { query, key, value, share, mixed: op.matMul(share, value) };
      });
      return {
        outputs: [op.reshape(op.concat(done.map(({ mixed }) => mixed), 2), [rows, width])],
        gradient: (at, [dy]) => [() => {
          const back = op.on(at);
          const scaled = (x: Value): Value => back.mul(x, back.scalar(x.type, scale));
          const flows = back.split(inSteps(back, dy as Value), 2, everyHead.map(() => perHead));
          const found = done.map(({ query, key, value, share, mixed }, head) => {
            const flow = flows[head] as Value;
            const dot = back.reduceSum(back.mul(flow, mixed), [-1], true);
            const dScores = back.mul(share, back.sub(back.matMul(flow, turned(back, value)), dot));
            return [scaled(back.matMul(dScores, key)), scaled(back.matMul(turned(back, dScores), query)), back.matMul(turned(back, share), flow)] as const;
          });
          const all = [0, 1, 2].flatMap((i) => found.map((each) => each[i] as Value));
          return back.reshape(back.concat(all, 2), qkv.shape);
        }],
      };
    },
  })[0] as Value;
}

/** The last two axes swapped. */
function turned(op: Ops, x: Value): Value {
  return op.transpose(x, [0, 2, 1]);
}
