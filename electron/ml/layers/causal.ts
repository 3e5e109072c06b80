/** Convolution over time that does not look ahead. */
import type { Value } from '../graph.ts';
import type { Scope } from '../network.ts';
import { widthOf } from './dense.ts';

/**
 * x [steps, batch, channels] to [steps, batch, filters]; weight [kernel channels, filters], the oldest step first.
 * y_t = sum over j of x_(t - (kernel - 1 - j) dilation) W_j + b, with zeros before the first step (van den Oord et al. 2016).
 * With time first, the shifted copies are runs of memory, and the convolution is one matrix product.
 */
export function causalConvolution(
  scope: Scope, name: string, x: Value, { filters, kernel, dilation }: { filters: number; kernel: number; dilation: number },
): Value {
  return scope.layer(name, () => {
    const { op } = scope;
    const channels = widthOf(scope, x);
    const [steps, batch] = x.shape as [number, string];
    const start = { kind: 'uniform', bound: Math.sqrt(6 / (kernel * channels)) } as const;
    const weight = scope.parameter('weight', [kernel * channels, filters], start);
    const bias = scope.parameter('bias', [filters], { kind: 'constant', value: 0 }, { isDecayed: false });
    const reach = (kernel - 1) * dilation;
    const padded = op.pad(x, [reach, 0, 0], [0, 0, 0]);
    const shifted = Array.from({ length: kernel }, (_, j) => op.slice(padded, 0, j * dilation, j * dilation + steps));
    const rows = op.reshape(op.concat(shifted, 2), [`${steps}*${batch}`, kernel * channels]);
    return op.reshape(op.gemm(rows, weight, { bias }), [steps, batch, filters]);
  });
}
