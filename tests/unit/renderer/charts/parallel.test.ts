import { describe, expect, it } from 'vitest';
import { distinguishingAxes, isInside, parallelOption, parallelTable, type ParallelSpec } from '../../../../renderer/charts/parallel.ts';
import { lightTheme } from './theme.ts';

const spec: ParallelSpec = {
  axes: [{ name: 'Learning rate', isLog: true }, { name: 'Batch' }, { name: 'Model', categories: ['Linear', 'MLP'] }, { name: 'Log loss', isLowerBetter: true }],
  lines: [
    { id: 'a', label: 'R1', colour: 0, values: [0.01, 32, 0, 0.5], isSelected: true },
    { id: 'b', label: 'R2', colour: 1, values: [0.001, 32, 1, null], isSelected: false },
  ],
};

describe('parallel coordinates', () => {
  it('leaves out the axes on which all runs agree', () => {
    const { axes, lines } = distinguishingAxes(spec);
    expect(axes.map((axis) => axis.name)).toEqual(['Learning rate', 'Model']);
    expect(lines[1]?.values).toEqual([0.001, 1]);
  });

  it('puts the lower end of a loss at the top', () => {
    const axes = parallelOption(lightTheme, spec).parallelAxis as { name: string; inverse?: boolean; type: string }[];
    expect(axes.map((axis) => [axis.name, axis.type, axis.inverse ?? false])).toEqual([['Learning\nrate', 'log', false], ['Batch', 'value', false], ['Model', 'category', false], ['Log\nloss', 'value', true]]);
  });

  it('draws the selected runs last, in their colours, over the grey others', () => {
    const series = parallelOption(lightTheme, spec).series as { id: string; lineStyle: { color: string } }[];
    expect(series.map((one) => [one.id, one.lineStyle.color])).toEqual([['b', lightTheme.controlEdge], ['a', lightTheme.series[0]]]);
  });

  it('keeps runs inside every range, and none that has no value there', () => {
    const ranges = new Map([[3, [[0.4, 0.6]] as const]]);
    expect(spec.lines.map((line) => isInside(line.values, ranges))).toEqual([true, false]);
  });

  it('has a table twin that names kinds', () => {
    expect(parallelTable(spec).rows).toEqual([['R1', 0.01, 32, 'Linear', 0.5], ['R2', 0.001, 32, 'MLP', null]]);
  });
});
