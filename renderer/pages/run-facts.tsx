/** Settings, data, environment and hashes of a run: what one needs to believe it and to do it again. */
import type { ReactElement } from 'react';
import { providerTitles } from '../../shared/domain/providers.ts';
import type { Run } from '../../shared/domain/runs.ts';
import { RouteLink } from '../app/link.tsx';
import { routes } from '../state/route.ts';
import { IconButton } from '../ui/button.tsx';
import { formatBytes, formatCount, formatDateTime, formatDuration, formatExact, formatHash, formatNumber, formatPlural } from '../ui/format.ts';
import { Facts } from '../ui/inspector.tsx';
import { showToast } from '../ui/toast.tsx';
import { resourceFacts } from './provider-words.ts';
import { isExact } from './run-words.ts';
import { settingsOf } from './setting-words.ts';
import styles from './run-page.module.css';

export function RunFacts({ run }: { readonly run: Run }): ReactElement {
  const { environment, config } = run;
  const result = run.status === 'running' ? null : run.result;
  return (
    <>
      <section className={styles['sideSection']} aria-label="Settings">
        <h3>Settings</h3>
        <Facts facts={settingsOf(config).filter((setting) => !setting.isUsual).map((setting) => ({ term: setting.term, value: setting.value }))} />
        <details className={styles['details']}><summary>{formatCount(config.features.length)} features</summary><p className="selectable">{config.features.join(', ')}</p></details>
      </section>
      {result ? (
        <section className={styles['sideSection']} aria-label="Training">
          <h3>Training</h3>
          <Facts facts={[
            ...(isExact(config) ? [{ term: 'Iterations', value: formatCount(result.epochCount) }] : [{ term: 'Epochs', value: `${result.epochCount}, best ${result.bestEpoch}` }, { term: 'Steps', value: formatCount(result.stepCount) }]),
            { term: 'Time', value: formatDuration(result.elapsedMs), title: `${formatExact(result.elapsedMs)} ms` }, { term: 'Speed', value: `${formatNumber(Math.round(result.samplesPerSecond))} rows/s` },
            { term: 'Parameters', value: formatCount(result.parameterCount) }, { term: 'Model file', value: formatBytes(result.modelSizeBytes), title: `${formatCount(result.modelSizeBytes)} bytes of ONNX` },
            ...(run.resumes ? [{ term: 'Resumed', value: `${formatPlural(run.resumes.count, 'time')}, last at epoch ${formatNumber(run.resumes.lastEpoch, 3)}` }] : []),
            ...resourceFacts(result.resources),
          ]} />
        </section>
      ) : null}
      <section className={styles['sideSection']} aria-label="Data and hashes">
        <h3>Data and hashes</h3>
        <dl className={styles['hashes']}>
          <div><dt>Dataset</dt><dd><RouteLink to={routes.dataset(run.datasetId, { version: config.versionId })}>{run.datasetName} v{run.versionNumber}</RouteLink></dd></div>
          <Hash term="Data" hash={run.dataHash} />
          {result ? <><Hash term="Graph" hash={result.graphHash} /><Hash term="Weights" hash={result.weightsHash} /><Hash term="Model" hash={result.model} /></> : null}
        </dl>
      </section>
      <section className={styles['sideSection']} aria-label="Where and when">
        <h3>Where and when</h3>
        <Facts facts={[
          { term: 'Started', value: formatDateTime(run.startedAtMs) }, ...(run.endedAtMs === null ? [] : [{ term: 'Ended', value: formatDateTime(run.endedAtMs) }]), { term: 'By', value: run.createdBy },
          ...(environment ? [
            { term: 'Assay', value: environment.appVersion }, { term: 'ONNX Runtime', value: environment.onnxRuntimeVersion }, { term: 'Provider', value: providerTitles[environment.provider], title: environment.providerReason }, { term: 'Node', value: environment.nodeVersion },
            { term: 'Platform', value: environment.platform }, { term: 'Processor', value: environment.cpu, title: environment.cpu },
          ] : []),
        ]} />
      </section>
    </>
  );
}

function Hash({ term, hash }: { readonly term: string; readonly hash: string }): ReactElement {
  const copy = () => void navigator.clipboard.writeText(hash).then(() => showToast(`Copied the hash of the ${term.toLowerCase()}`), () => undefined);
  return <div><dt>{term}</dt><dd title={hash}><span className="mono selectable">{formatHash(hash)}</span><IconButton icon="copy" label={`Copy the hash of the ${term.toLowerCase()}`} isSmall onPress={copy} /></dd></div>;
}
