/** The learning rate over the epochs of a configuration, before anything is trained: points and the chart's option. Pure. */
import type { EChartsOption } from 'echarts';
import type { TrainConfig } from '../../shared/domain/train-config.ts';
import { rateAt } from '../../shared/math/schedule.ts';
import { formatNumber, formatPlural } from '../ui/format.ts';
import type { ChartTable } from './chart-table.tsx';
import type { Curve } from './curve-lines.ts';
import { shortNumber } from './curve-labels.ts';
import type { ChartTheme } from './theme.ts';

const mostPoints = 240;

/** The rate of evenly spread steps, by epochs done; a plateau is not foreseen. */
export function rateCurve(config: TrainConfig, stepsPerEpoch: number): Curve {
  const { learningRate, warmupEpochs, maxEpochs, schedule } = config;
  const stepCount = Math.max(1, stepsPerEpoch * maxEpochs);
  const count = Math.min(mostPoints, stepCount);
  const options = { learningRate, warmupSteps: Math.round(warmupEpochs * stepsPerEpoch), stepsPerEpoch, maxEpochs, plateauFactor: 1 };
  const steps = Array.from({ length: count }, (_, index) => (count === 1 ? 1 : 1 + Math.round((index * (stepCount - 1)) / (count - 1))));
  return { x: steps.map((step) => (step - 1) / stepsPerEpoch), y: steps.map((step) => rateAt(schedule, options, step)) };
}

export function rateOption({ x, y }: Curve, maxEpochs: number, theme: ChartTheme): EChartsOption {
  const colour = theme.series[0] ?? theme.accent;
  return {
    grid: { left: 52, right: 36, top: 8, bottom: 20 },
    xAxis: {
      type: 'value', min: 0, max: maxEpochs, minInterval: 1, splitNumber: 4, splitLine: { show: false }, axisLine: { lineStyle: { color: theme.border } }, axisTick: { show: false },
      axisLabel: { color: theme.muted, hideOverlap: true, formatter: shortNumber },
    },
    yAxis: {
      type: 'value', min: 0, splitNumber: 3, axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: theme.grid } },
      axisLabel: { color: theme.muted, formatter: (value: number) => formatNumber(value, 2) },
    },
    series: [{
      type: 'line', id: 'rate', data: [...x.map((epoch, index) => [epoch, y[index] ?? NaN]), [maxEpochs, y.at(-1) ?? NaN]], showSymbol: false, silent: true,
      lineStyle: { color: colour, width: 1.75 }, itemStyle: { color: colour },
    }],
  };
}

/** "Learning rate from 0.01 to 0 over 100 epochs, highest 0.01." */
export function rateSummary({ maxEpochs }: TrainConfig, { y }: Curve): string {
  const highest = y.reduce((most, rate) => Math.max(most, rate), 0);
  return `Learning rate from ${formatNumber(y[0] ?? 0, 3)} to ${formatNumber(y.at(-1) ?? 0, 3)} over ${formatPlural(maxEpochs, 'epoch')}, highest ${formatNumber(highest, 3)}.`;
}

export function rateTable({ x, y }: Curve): ChartTable {
  return { columns: [{ header: 'Epoch' }, { header: 'Learning rate' }], rows: x.map((epoch, index) => [Number(epoch.toFixed(2)), y[index] ?? null]) };
}
