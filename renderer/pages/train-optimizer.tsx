/** How the loss is lowered: optimizer, learning rate and its course over the epochs, batches. */
import { useCallback, useMemo, type ReactElement } from 'react';
import { OptimizerChoice, ScheduleChoice, type TrainConfig } from '../../shared/domain/train-config.ts';
import { Chart } from '../charts/chart.tsx';
import { rateCurve, rateOption, rateSummary, rateTable } from '../charts/rate-curve.ts';
import type { ChartTheme } from '../charts/theme.ts';
import { Select } from '../ui/select.tsx';
import { Switch } from '../ui/toggles.tsx';
import { isExact } from './run-words.ts';
import { optimizerNames, scheduleNames } from './setting-words.ts';
import { Advanced, Fields, NumberField, OptionalField, Section, type TrainForm } from './train-inputs.tsx';
import styles from './train-page.module.css';

type OptimizerKind = OptimizerChoice['kind'];
type ScheduleKind = ScheduleChoice['kind'];

const optimizerSentences: Readonly<Record<OptimizerKind, string>> = {
  adam: 'Step sizes per weight', adamw: 'Adam, weight decay apart', sgd: 'Plain descent, momentum', rmsprop: 'By the size of gradients', lion: 'Signs only; a tenth of the rate',
};
const scheduleSentences: Readonly<Record<ScheduleKind, string>> = {
  constant: 'The same all the time', step: 'Falls every few epochs', cosine: 'Falls to zero in a half wave', 'one-cycle': 'Rises for 30 %, then falls', plateau: 'Falls when the loss stalls',
};

/** `config` is the last one without errors, for the curve. */
export function OptimizerSection({ form, config, stepsPerEpoch }: { readonly form: TrainForm; readonly config: TrainConfig; readonly stepsPerEpoch: number }): ReactElement {
  const { optimizer, schedule, clipNorm, clipValue } = form.draft.config;
  if (isExact(form.draft.config)) return <Section title="Optimizer and schedule"><p className="muted">The exact solution has no learning rate, no batches and no epochs.</p></Section>;
  return (
    <Section title="Optimizer and schedule">
      <div className={styles['withChart']}>
        <Fields>
          <Select<OptimizerKind>
            label="Optimizer" value={optimizer.kind} hint={optimizerSentences[optimizer.kind]} onChange={(kind) => form.choose('optimizer', OptimizerChoice.parse({ kind }))}
            options={OptimizerChoice.options.map((option) => option.shape.kind.value).map((kind) => ({ value: kind, label: optimizerNames[kind], description: optimizerSentences[kind] }))}
          />
          <NumberField form={form} path="learningRate" />
          <NumberField form={form} path="batchSize" />
          <NumberField form={form} path="maxEpochs" />
          <Select<ScheduleKind>
            label="Schedule of the rate" value={schedule.kind} hint={scheduleSentences[schedule.kind]} onChange={(kind) => form.choose('schedule', ScheduleChoice.parse({ kind, ...(kind === 'step' ? { everyEpochs: 10 } : {}) }))}
            options={ScheduleChoice.options.map((option) => option.shape.kind.value).map((kind) => ({ value: kind, label: scheduleNames[kind], description: scheduleSentences[kind] }))}
          />
          {schedule.kind === 'step' ? <><NumberField form={form} path="schedule.everyEpochs" /><NumberField form={form} path="schedule.factor" /></> : null}
          {schedule.kind === 'plateau' ? <><NumberField form={form} path="schedule.patience" /><NumberField form={form} path="schedule.factor" /></> : null}
        </Fields>
        <RateChart config={config} stepsPerEpoch={stepsPerEpoch} />
      </div>
      <Advanced what="Advanced: warm-up, momentum and decay, clipping, accumulation" form={form} paths={['warmupEpochs', 'optimizer.momentum', 'optimizer.weightDecay', 'optimizer.decay', 'accumulate', 'clipNorm', 'clipValue']}>
        <Fields>
          <NumberField form={form} path="warmupEpochs" />
          {optimizer.kind === 'sgd' ? <NumberField form={form} path="optimizer.momentum" /> : null}
          {optimizer.kind === 'adamw' || optimizer.kind === 'lion' ? <NumberField form={form} path="optimizer.weightDecay" /> : null}
          {optimizer.kind === 'rmsprop' ? <NumberField form={form} path="optimizer.decay" /> : null}
          <NumberField form={form} path="accumulate" />
        </Fields>
        {optimizer.kind === 'sgd' ? <Switch isSelected={optimizer.nesterov} onChange={(on) => form.choose('optimizer.nesterov', on)}>Nesterov momentum: look ahead before the step</Switch> : null}
        <OptionalField form={form} path="clipNorm" usual={1} isOn={clipNorm !== null}>Scale down gradients that are too long</OptionalField>
        <OptionalField form={form} path="clipValue" usual={1} isOn={clipValue !== null}>Cut off elements of the gradient that are too large</OptionalField>
      </Advanced>
    </Section>
  );
}

function RateChart({ config, stepsPerEpoch }: { readonly config: TrainConfig; readonly stepsPerEpoch: number }): ReactElement {
  const curve = useMemo(() => rateCurve(config, stepsPerEpoch), [config, stepsPerEpoch]);
  const build = useCallback((theme: ChartTheme) => rateOption(curve, config.maxEpochs, theme), [curve, config.maxEpochs]);
  return (
    <div className={styles['rate']}>
      <h3 className="heading-small">Learning rate by epoch{config.schedule.kind === 'plateau' ? ', unless it stalls' : ''}</h3>
      <Chart build={build} summary={rateSummary(config, curve)} table={rateTable(curve)} height={132} />
    </div>
  );
}
