/** Random changes of training images, each image its own, drawn from the noise of the step. */
import type { Augmentation } from '../../../shared/domain/train-config.ts';
import type { Value } from '../graph.ts';
import type { Scope } from '../network.ts';
import type { Planes } from './convolution.ts';

/** Images as training sees them; outside training they stay as they are. What a shift brings in repeats the edge. */
export function augment(scope: Scope, planes: Planes, { flip, shift, noise }: Augmentation): Planes {
  if (!scope.isTraining) return planes;
  return scope.layer('augmentation', () => {
    const moved = flip || shift > 0 ? move(scope, planes, flip, shift) : planes.values;
    return { ...planes, values: noise > 0 ? addNoise(scope, moved, noise) : moved };
  });
}

/** Mirrors and shifts in one look-up: each image reads, for each of its places, from one of an image with `shift` more places around it. */
function move(scope: Scope, { values, height, width }: Planes, flip: boolean, shift: number): Value {
  const { op } = scope;
  const [channels, places, batch] = values.shape as [number, number, string];
  const [rows, columns] = [height + 2 * shift, width + 2 * shift];
  const source = shift === 0 ? values : op.gather(values, op.graph.constant('int32', [rows * columns], edges(height, width, shift), 'edges'), 1);
  const at = (isFlipped: boolean): Value => {
    const numbers = Int32Array.from({ length: channels * places }, (_, i) => {
      const [channel, y, x] = [Math.floor(i / places), Math.floor((i % places) / width), i % width];
      return (channel * rows + y) * columns + (isFlipped ? width - 1 - x : x);
    });
    return op.graph.constant('int32', [channels * places, 1], numbers, 'source');
  };
  const perImage = (): Value => scope.uniform([1, batch], values);
  const base = flip ? op.where(op.less(perImage(), op.scalar('float32', 0.5)), at(true), at(false)) : at(false);
  const by = (): Value => op.cast(op.mul(perImage(), op.scalar('float32', 2 * shift + 1)), 'int32');
  const from = shift === 0 ? base : op.add(base, op.add(op.mul(by(), op.scalar('int32', columns)), by()));
  const flat = op.reshape(source, [channels * rows * columns, batch]);
  const read = op.graph.emitOne('GatherElements', [flat, from], 'float32', [channels * places, batch], { axis: { int: 0 } });
  return op.reshape(read, values.shape);
}

/** The place in an image of each place in one with `shift` more on every side, the nearest where there is none. */
function edges(height: number, width: number, shift: number): Int32Array {
  const within = (at: number, size: number): number => Math.min(Math.max(at - shift, 0), size - 1);
  const columns = width + 2 * shift;
  return Int32Array.from({ length: (height + 2 * shift) * columns }, (_, i) =>
    within(Math.floor(i / columns), height) * width + within(i % columns, width));
}

/**
 * Adds noise of mean 0 and the given deviation: the sum of the three bytes of one uniform number of 24 bits, near enough
 * to a normal one (its tails end at 3 deviations) at a third of the cost.
 */
function addNoise(scope: Scope, x: Value, deviation: number): Value {
  const { op } = scope;
  const byte = op.scalar('float32', 256);
  const shifted = op.mul(scope.uniform(x.shape, x), byte);
  const high = op.floor(shifted);
  const rest = op.mul(op.sub(shifted, high), byte);
  const middle = op.floor(rest);
  const low = op.mul(op.sub(rest, middle), byte);
  const sum = op.add(op.add(high, middle), low);
  // A byte has mean 127.5 and variance (256^2 - 1) / 12; three of them add up.
  const scale = deviation / Math.sqrt((256 ** 2 - 1) / 4);
  return op.add(x, op.mul(op.sub(sum, op.scalar('float32', 3 * 127.5)), op.scalar('float32', scale)));
}
