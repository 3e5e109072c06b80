/** A run inside a page: its status, how well it does on the test part, and how it learned. */
import { useMemo, type ReactElement } from 'react';
import type { MetricPoint, Run } from '../../../shared/domain/runs.ts';
import { curveOf } from '../../charts/curves.ts';
import { routes } from '../../state/route.ts';
import { SeriesDot } from '../../ui/chip.tsx';
import { formatCount, formatExact, formatMetric } from '../../ui/format.ts';
import { metricLabel, metricsOf } from '../../ui/metric-label.ts';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StatusLabel, statusTones } from '../../ui/status-label.tsx';
import { modelName } from '../run-words.ts';
import { Card, Figures } from './card.tsx';

export interface RunCardProps {
  readonly run: Run;
  readonly points: readonly MetricPoint[];
}

export function RunCard({ run, points }: RunCardProps): ReactElement {
  const loss = useMemo(() => curveOf(points, 'validation', 'loss', 'epoch'), [points]);
  const { tone, word } = statusTones[run.status];
  const { result } = run;
  const spark = loss.y.length > 1 ? <Sparkline values={loss.y} colour={run.colour} width={96} height={20} label={`Validation loss of ${run.label}, from ${formatMetric(loss.y[0])} to ${formatMetric(loss.y.at(-1))}`} /> : null;
  return (
    <Card
      mark={<SeriesDot colour={run.colour} />} title={`${run.label} ${run.name}`} to={routes.run(run.id)}
      detail={`${modelName(run.config.model, run.config.task)}, predicts ${run.config.target} from ${run.datasetName} v${run.versionNumber}`} end={<>{spark}<StatusLabel tone={tone}>{word}</StatusLabel></>}
    >
      {result ? (
        <Figures figures={[
            ...metricsOf(run.config.task).filter((metric) => result.test[metric] !== undefined).map((metric, index) => ({ term: `Test ${lowered(metricLabel(metric))}`, value: formatMetric(result.test[metric]), title: formatExact(result.test[metric]), isMain: index === 0 })),
            { term: 'Parameters', value: formatCount(result.parameterCount) },
            { term: 'Epochs', value: formatCount(result.epochCount) },
        ]} />
      ) : <p className="muted">{run.failure ?? (run.status === 'running' ? 'Still training; the result comes here.' : 'It ended without a result.')}</p>}
    </Card>
  );
}

function lowered(label: string): string {
  return /^[A-Z]{2}|\u00b2/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);
}
