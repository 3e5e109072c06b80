/** Activations in the manner of Relu: leaky, exponential and smooth ones. */
import type { GradientRule } from '../autodiff.ts';
import type { Graph, Value } from '../graph.ts';
import { operands, unary } from './elementwise.ts';
import type { Ops } from './index.ts';

/** x above 0, `alpha` x below; the slope at 0 is alpha, as in PyTorch. */
export function leakyRelu(graph: Graph, x: Value, alpha = 0.01): Value {
  return graph.emitOne('LeakyRelu', [x], x.type, x.shape, { alpha: { float: alpha } });
}
export const leakyReluGradient: GradientRule = (op, node, dy) => {
  const [x] = operands(node.inputs);
  const slope = (): Value => op.scalar(x.type, floatOf(node.attributes['alpha'], 0.01));
  return [() => op.mul(dy, op.where(op.greater(x, op.scalar(x.type, 0)), op.scalar(x.type, 1), slope()))];
};

/** x above 0, alpha (e^x - 1) below. */
export function elu(graph: Graph, x: Value, alpha = 1): Value {
  return graph.emitOne('Elu', [x], x.type, x.shape, { alpha: { float: alpha } });
}
export const eluGradient: GradientRule = (op, node, dy, y) => {
  const [x] = operands(node.inputs);
  const alpha = (): Value => op.scalar(x.type, floatOf(node.attributes['alpha'], 1));
  return [() => op.mul(dy, op.where(op.greater(x, op.scalar(x.type, 0)), op.scalar(x.type, 1), op.add(y, alpha())))];
};

/** log(1 + e^x), without overflow. */
export function softplus(graph: Graph, x: Value): Value {
  return unary(graph, 'Softplus', x);
}
export const softplusGradient: GradientRule = (op, node, dy) => {
  const [x] = operands(node.inputs);
  return [() => op.mul(dy, op.sigmoid(x))];
};

/** max(0, min(1, alpha x + beta)); flat at and beyond both ends. */
export function hardSigmoid(graph: Graph, x: Value, alpha = 0.2, beta = 0.5): Value {
  return graph.emitOne('HardSigmoid', [x], x.type, x.shape, { alpha: { float: alpha }, beta: { float: beta } });
}
export const hardSigmoidGradient: GradientRule = (op, node, dy, y) => {
  const alpha = (): Value => op.scalar(y.type, floatOf(node.attributes['alpha'], 0.2));
  return [() => {
    const isSloped = op.and(op.greater(y, op.scalar(y.type, 0)), op.less(y, op.scalar(y.type, 1)));
    return op.where(isSloped, op.mul(dy, alpha()), op.scalar(y.type, 0));
  }];
};

/** x max(0, min(1, x/6 + 1/2)) (Howard et al. 2019). */
export function hardSwish(graph: Graph, x: Value): Value {
  return unary(graph, 'HardSwish', x);
}
export const hardSwishGradient: GradientRule = (op, node, dy) => {
  const [x] = operands(node.inputs);
  const number = (value: number): Value => op.scalar(x.type, value);
  return [() => {
    const middle = op.add(op.mul(x, number(1 / 3)), number(0.5));
    const slope = op.where(op.less(x, number(3)), middle, number(1));
    return op.mul(dy, op.where(op.greater(x, number(-3)), slope, number(0)));
  }];
};

/**
 * x P(Z <= x) for a standard normal Z (Hendrycks and Gimpel 2016), exact, not the tanh approximation. In primitive nodes,
 * because ONNX has Gelu from opset 20 only; its own gradient uses the probability again.
 */
export function gelu(op: Ops, x: Value): Value {
  const [y] = op.graph.composite({
    name: 'Gelu', inputs: [x],
    build: () => {
      const scaled = op.mul(x, op.scalar(x.type, Math.SQRT1_2));
      const probability = op.mul(op.add(op.erf(scaled), op.scalar(x.type, 1)), op.scalar(x.type, 0.5));
      return {
        outputs: [op.mul(x, probability)],
        gradient: (at, [dy]) => [() => {
          const back = op.on(at);
          // The density's factor 1 / sqrt(2 pi) goes into the exponent, which saves a pass.
          const density = back.exp(back.sub(back.scalar(x.type, -0.5 * Math.log(2 * Math.PI)), back.mul(scaled, scaled)));
          return back.mul(dy as Value, back.add(probability, back.mul(x, density)));
        }],
      };
    },
  });
  return y as Value;
}

function floatOf(attribute: unknown, otherwise: number): number {
  return (attribute as { float?: number } | undefined)?.float ?? otherwise;
}
