/** Losses of classes: for each row how unlikely the network finds its class. */
import type { Value } from '../graph.ts';
import { ops } from '../ops/index.ts';
import type { Ops } from '../ops/index.ts';

/** Loss of each row [batch] with its weight [batch] (null: all 1). */
export interface RowLosses {
  readonly losses: Value;
  readonly weights: Value | null;
}

export interface ClassLoss {
  readonly classCount: number;
  /** One weight per class, none of them 0, or null for 1. */
  readonly classWeights: Float32Array | null;
}

/**
 * -sum_c q_c log softmax(output)_c with q = (1 - s) [c is the target] + s / classes and output [batch, classes], target int32 [batch].
 * With class weights w as PyTorch has it: the term of class c is weighed by w_c, and the batch divided by the sum of the targets' weights;
 * here each row is divided by its target's weight, which the mean over the batch puts back.
 */
export function crossEntropy(op: Ops, loss: ClassLoss, smoothing: number, output: Value, target: Value): RowLosses {
  const isTarget = targetMask(op, loss.classCount, target);
  const weights = weightsOf(op, loss, isTarget);
  if (smoothing === 0) return { losses: plainCrossEntropy(op, output, isTarget), weights };
  const logProbabilities = op.logSoftmax(output);
  const losses = op.neg(op.reduceSum(op.mul(logProbabilities, isTarget), [1], false));
  const perClass = classWeights(op, loss);
  const all = op.neg(op.reduceSum(perClass === null ? logProbabilities : op.mul(logProbabilities, perClass), [1], false));
  const spread = op.mul(weights === null ? all : op.div(all, weights), op.scalar('float32', smoothing / loss.classCount));
  return { losses: op.add(op.mul(losses, op.scalar('float32', 1 - smoothing)), spread), weights };
}

/** -log softmax(output) of the targets [batch]; the gradient (softmax(output) - target) in a third of the nodes of the chain rule's. */
function plainCrossEntropy(op: Ops, output: Value, isTarget: Value): Value {
  const [losses] = op.graph.composite({
    name: 'CrossEntropy', inputs: [output],
    build: () => {
      const logProbabilities = op.logSoftmax(output);
      const outputs = [op.neg(op.reduceSum(op.mul(logProbabilities, isTarget), [1], false))];
      return {
        outputs,
        gradient: (graph, [flow]) => {
          const inner = ops(graph);
          return [() => inner.mul(inner.sub(inner.exp(logProbabilities), isTarget), inner.unsqueeze(flow as Value, [1]))];
        },
      };
    },
  });
  return losses as Value;
}

/**
 * Lin et al. 2017: -(1 - p)^gamma log p with p the probability of the target. 1 - p is held at 1e-7 or more,
 * where the power's slope would be infinite for gamma below 1.
 */
export function focal(op: Ops, loss: ClassLoss, gamma: number, output: Value, target: Value): RowLosses {
  const isTarget = targetMask(op, loss.classCount, target);
  const logProbability = op.reduceSum(op.mul(op.logSoftmax(output), isTarget), [1], false);
  const rest = op.max(op.sub(op.scalar('float32', 1), op.exp(logProbability)), op.scalar('float32', 1e-7));
  const losses = op.neg(op.mul(op.pow(rest, op.scalar('float32', gamma)), logProbability));
  return { losses, weights: weightsOf(op, loss, isTarget) };
}

/** log(1 + e^-z) for class 1 and log(1 + e^z) for class 0, with z = output [batch, 1]: exact where the sigmoid is nearly 0 or 1. */
export function binaryCrossEntropy(op: Ops, weights: Float32Array | null, output: Value, target: Value): RowLosses {
  const sign = op.sub(op.scalar('float32', 1), op.mul(op.cast(target, 'float32'), op.scalar('float32', 2)));
  const losses = op.softplus(op.mul(op.squeeze(output, [1]), sign));
  if (weights === null) return { losses, weights };
  return { losses, weights: op.gather(op.graph.constant('float32', [2], weights, 'class-weights'), target) };
}

/** 1 where a column is the row's class, else 0: float32 [batch, classes]. */
function targetMask(op: Ops, classCount: number, target: Value): Value {
  const classes = op.graph.constant('int32', [1, classCount], Int32Array.from({ length: classCount }, (_, i) => i), 'classes');
  return op.cast(op.equal(op.unsqueeze(target, [1]), classes), 'float32');
}

function classWeights(op: Ops, loss: ClassLoss): Value | null {
  return loss.classWeights === null ? null : op.graph.constant('float32', [1, loss.classCount], loss.classWeights, 'class-weights');
}

function weightsOf(op: Ops, loss: ClassLoss, isTarget: Value): Value | null {
  const weights = classWeights(op, loss);
  return weights === null ? null : op.reduceSum(op.mul(isTarget, weights), [1], false);
}
