import { describe, expect, it } from 'vitest';
import { floatTensor, openSession } from '../../../../electron/infer/session.ts';
import { Graph } from '../../../../electron/ml/graph.ts';
import { augment } from '../../../../electron/ml/layers/augmentation.ts';
import { scopeOver } from '../../../../electron/ml/network.ts';
import { writeOnnx } from '../../../../electron/ml/onnx-write.ts';
import type { Augmentation } from '../../../../shared/domain/train-config.ts';

const [channels, height, width, batch] = [2, 4, 5, 400];
const places = height * width;

/** `batch` copies of an image whose pixels are 0, 1, 2, .. after augmentation: [channels, places, batch]. */
async function augmented(how: Partial<Augmentation>, step = 1, isTraining = true): Promise<Float32Array> {
  const graph = new Graph('augmented');
  const values = graph.input('x', 'float32', [channels, places, 'batch']);
  const scope = scopeOver(graph, { parameters: new Map(), buffers: new Map() }, isTraining ? {
    uniform: (stream, shape, like) => scope.op.uniformNoise({ seed: 3, stream, step: scope.op.scalar('int64', step), shape, ...(like && { like }) }),
  } : null);
  graph.output('y', augment(scope, { values, height, width }, { flip: false, shift: 0, noise: 0, ...how }).values);
  const session = await openSession(writeOnnx(graph), { threadCount: 1 });
  try {
    const x = Float32Array.from({ length: channels * places * batch }, (_, i) => Math.floor(i / batch));
    return (await session.run({ x: floatTensor(x, [channels, places, batch]) }))['y']?.data as Float32Array;
  } finally {
    await session.release();
  }
}

const pixel = (values: Float32Array, image: number, channel: number, y: number, x: number): number =>
  values[((channel * height + y) * width + x) * batch + image] as number;

/** The image that a flip and a shift down and right by the augmentation's rule give: what comes in repeats the edge. */
function moved(isFlipped: boolean, down: number, right: number): number[] {
  const within = (at: number, size: number): number => Math.min(Math.max(at, 0), size - 1);
  return Array.from({ length: channels * places }, (_, i) => {
    const [channel, y, x] = [Math.floor(i / places), Math.floor((i % places) / width), i % width];
    const column = within((isFlipped ? width - 1 - x : x) + right, width);
    return (channel * height + within(y + down, height)) * width + column;
  });
}

function imageOf(values: Float32Array, image: number): number[] {
  return Array.from({ length: channels * places }, (_, i) =>
    pixel(values, image, Math.floor(i / places), Math.floor((i % places) / width), i % width));
}

describe('augmentation', () => {
  it('mirrors about half of the images', async () => {
    const values = await augmented({ flip: true });
    const [same, mirrored] = [moved(false, 0, 0).join(), moved(true, 0, 0).join()];
    const images = Array.from({ length: batch }, (_, i) => imageOf(values, i).join());
    expect(images.every((image) => image === same || image === mirrored)).toBe(true);
    const share = images.filter((image) => image === mirrored).length / batch;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.1); // 4 standard deviations of 400 coins
  });

  it('shifts every image by itself, each way by each number of pixels up to the limit, and repeats the edge', async () => {
    const values = await augmented({ flip: true, shift: 2 });
    const ways = [-2, -1, 0, 1, 2];
    const expected = new Set([false, true].flatMap((isFlipped) => ways.flatMap((down) => ways.map((right) => moved(isFlipped, down, right).join()))));
    const images = Array.from({ length: batch }, (_, i) => imageOf(values, i).join());
    expect(images.every((image) => expected.has(image))).toBe(true);
    // 50 ways: that a given one is not among 400 has probability 3e-4.
    expect(new Set(images).size).toBeGreaterThanOrEqual(49);
  });

  it('adds noise of mean 0 and the deviation that was asked for, anew at each step', async () => {
    const [first, second] = [await augmented({ noise: 0.5 }, 1), await augmented({ noise: 0.5 }, 2)];
    const noise = first.map((value, i) => value - Math.floor(i / batch));
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const deviation = Math.sqrt(noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length);
    expect(Math.abs(mean)).toBeLessThan(0.02); // 5 standard errors of 16,000 numbers
    expect(Math.abs(deviation - 0.5)).toBeLessThan(0.02);
    expect(Math.max(...noise)).toBeLessThanOrEqual(1.5);
    // The sum of three bytes has 766 values: of 16,000 pairs about 35 are equal by chance.
    expect(first.filter((value, i) => value === second[i]).length).toBeLessThan(100);
    expect(await augmented({ noise: 0.5 }, 1)).toEqual(first);
  });

  it('leaves images alone outside training', async () => {
    expect(imageOf(await augmented({ flip: true, shift: 2, noise: 1 }, 1, false), 7)).toEqual(moved(false, 0, 0));
  });
});
