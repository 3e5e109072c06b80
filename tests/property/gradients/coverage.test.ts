/** No rule without a case, and no silent gap where an operator has no rule. */
import { describe, expect, it } from 'vitest';
import { gradientRules, gradients } from '../../../electron/ml/autodiff.ts';
import { Graph } from '../../../electron/ml/graph.ts';
import { ops } from '../../../electron/ml/ops/index.ts';
import { buildCase } from '../../support/gradients/case.ts';
import { gradientCases } from '../../support/gradients/index.ts';

describe('gradient rules', () => {
  it('all have a case that is proven', () => {
    const cases = Object.values(gradientCases).flatMap((family) => Object.values(family));
    const met = new Set(cases.flatMap((example) =>
      buildCase(example, 1).forward.flatMap(({ opType, composite }) => (composite === null ? [opType] : []))));
    expect([...gradientRules.keys()].filter((rule) => !met.has(rule))).toEqual([]);
  });

  it('are asked for by operator and layer where there is none', () => {
    const graph = new Graph('model');
    const op = ops(graph);
    const x = graph.input('x', 'float32', [2]);
    const y = graph.inLayer('block2/angle', () => graph.emitOne('Atan', [x], 'float32', [2]));
    expect(() => gradients(graph, op.reduceSum(y, null, false), [x])).toThrow(expect.objectContaining({
      failure: expect.objectContaining({ code: 'model/no-gradient', details: { operator: 'Atan', layer: 'block2/angle' } }),
    }));
  });
});
