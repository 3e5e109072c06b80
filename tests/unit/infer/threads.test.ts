import { describe, expect, it } from 'vitest';
import { suggestThreadCount } from '../../../electron/infer/threads.ts';
import { flopsPerStep } from '../../../electron/ml/network.ts';
import { tableNetwork } from '../../support/programs.ts';

describe('the suggested thread count', () => {
  it('is one for a small network and all cores, up to eight, for a large one', () => {
    const small = flopsPerStep(tableNetwork({ kind: 'mlp', hidden: [64, 64] }, 30, 3), 64);
    const large = flopsPerStep(tableNetwork({ kind: 'mlp', hidden: [128] }, 784, 10), 64);
    expect(suggestThreadCount(small, 4)).toBe(1);
    expect(suggestThreadCount(large, 4)).toBe(4);
    expect(suggestThreadCount(large, 64)).toBe(8);
  });
});
