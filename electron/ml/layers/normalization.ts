/** Normalising layers with their scales, and the running statistics of those over the batch. */
import type { Value } from '../graph.ts';
import type { Scope } from '../network.ts';
import { widthOf } from './dense.ts';

/** How much of the running statistics each batch replaces, as in PyTorch. */
const momentum = 0.1;

/** Each row of x [.., width] to mean 0 and variance 1, then scaled and shifted. */
export function layerNormalization(scope: Scope, name: string, x: Value): Value {
  return scope.layer(name, () => {
    const { scale, bias } = scales(scope, widthOf(scope, x));
    return scope.op.layerNormalization(x, scale, bias);
  });
}

/** Each channel (`axis` of x) to mean 0 and variance 1: of the batch in training, by running statistics in use. */
export function batchNormalization(scope: Scope, name: string, x: Value, axis = 1): Value {
  return scope.layer(name, () => {
    const { op } = scope;
    const channels = x.shape[axis];
    if (typeof channels !== 'number') throw op.graph.shapeError(`batch normalisation of [${x.shape.join(', ')}] along ${axis}`);
    const spec = { ...scales(scope, channels), axis };
    const mean = scope.buffer('mean', [channels], { kind: 'constant', value: 0 });
    const variance = scope.buffer('variance', [channels], { kind: 'constant', value: 1 });
    if (!scope.isTraining) return op.normalizeBy(x, { ...spec, mean, variance });
    const normalized = op.batchNormalization(x, spec);
    const moved = (before: Value, now: Value): Value =>
      op.add(op.mul(before, op.scalar('float32', 1 - momentum)), op.mul(now, op.scalar('float32', momentum)));
    scope.update(mean, moved(mean, normalized.mean));
    scope.update(variance, moved(variance, normalized.variance));
    return normalized.y;
  });
}

function scales(scope: Scope, width: number): { scale: Value; bias: Value } {
  return {
    scale: scope.parameter('scale', [width], { kind: 'constant', value: 1 }, { isDecayed: false }),
    bias: scope.parameter('bias', [width], { kind: 'constant', value: 0 }, { isDecayed: false }),
  };
}
