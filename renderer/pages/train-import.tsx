/** Fine-tuning: a model of the project or of a file, how much of it is trained, and whether it gets a new last layer. */
import { useState, type ReactElement } from 'react';
import type { ObjectHash } from '../../shared/domain/ids.ts';
import type { ModelInspection } from '../../shared/domain/model-inspection.ts';
import type { ModelOf } from '../../shared/domain/train-config.ts';
import { toFailure, type Failure } from '../../shared/errors.ts';
import { chooseModelFile, useModels } from '../state/models.ts';
import { valueOr } from '../state/loadable.ts';
import { useCall } from '../state/use-call.ts';
import { Button } from '../ui/button.tsx';
import { formatCount, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Select } from '../ui/select.tsx';
import { ErrorPanel, Loading } from '../ui/states.tsx';
import { Slider, Switch } from '../ui/toggles.tsx';
import type { ModelFieldsProps, TrainForm } from './train-inputs.tsx';
import { featuresFor, freezeIndex, ownFeatures, sourceWords } from './train-import-words.ts';
import styles from './train-page.module.css';

/** `onFile`: there is a model now. */
export function FineTuneFields({ form, version, onFile }: ModelFieldsProps & { readonly onFile: () => void }): ReactElement {
  const { model } = form.draft.config;
  const spec = model.kind === 'imported' ? model : null;
  const models = valueOr(useModels(), []);
  const [isReading, setIsReading] = useState(false);
  const [error, setError] = useState<Failure | null>(null);
  const use = (object: ObjectHash, fileName: string, features: readonly string[] | null) => {
    if (features) form.choose('features', features);
    form.choose('model', { kind: 'imported', model: object, fileName, freezeUpTo: null, replaceHead: false });
    onFile();
  };
  const choose = async () => {
    setIsReading(true);
    setError(null);
    try {
      const imported = await chooseModelFile();
      if (imported) use(imported.object, imported.fileName, featuresFor(imported.inspection, version.columns, form.draft.config.target));
    } catch (thrown) {
      setError(toFailure(thrown));
    }
    setIsReading(false);
  };
  return (
    <>
      <div className={styles['source']}>
        <Button icon="upload" isPending={isReading} onPress={() => void choose()}>{spec ? 'Other file' : 'Choose an ONNX file'}</Button>
        {models.length > 0 ? (
          <Select
            label="Or a model of this project" isLabelHidden isQuiet value={models.find((each) => each.object === spec?.model)?.id as string | undefined ?? null} placeholder="Or a model of this project"
            options={models.map((each) => ({ value: each.id as string, label: each.name, description: `${each.runLabel}, predicts ${each.target}` }))}
            onChange={(id) => { const chosen = models.find((each) => each.id === id); if (chosen) use(chosen.object, `${chosen.name}.onnx`, ownFeatures(chosen.inputs, version.columns)); }}
          />
        ) : null}
        {spec ? <span className="ellipsis" title={spec.fileName}><b>{spec.fileName}</b></span> : <span className="muted">It is checked first: standard operators only, all weights inside the file.</span>}
      </div>
      {error ? <ErrorPanel isInline title="This file cannot be trained on" error={error} onRetry={() => void choose()} /> : null}
      {spec ? <Layers key={spec.model} form={form} spec={spec} /> : null}
    </>
  );
}

function Layers({ form, spec }: { readonly form: TrainForm; readonly spec: ModelOf<'imported'> }): ReactElement {
  const { state, reload } = useCall('models.inspect', { object: spec.model });
  if (state.status === 'loading') return <Loading label={`Reading ${spec.fileName}`} rows={4} />;
  if (state.status === 'failed') return <ErrorPanel isInline title={`${spec.fileName} cannot be trained on`} error={state.error} onRetry={reload} />;
  return <LayerTable form={form} spec={spec} inspection={state.value} />;
}

function LayerTable({ form, spec, inspection }: { readonly form: TrainForm; readonly spec: ModelOf<'imported'>; readonly inspection: ModelInspection }): ReactElement {
  const { layers, headLayer, warnings, problem } = inspection;
  const weighted = layers.filter((layer) => layer.parameterCount > 0);
  const frozenIndex = freezeIndex(layers, spec.freezeUpTo);
  const frozenCount = layers.slice(0, frozenIndex).filter((layer) => layer.parameterCount > 0).length;
  const trainedCount = layers.slice(frozenIndex).reduce((sum, layer) => sum + layer.parameterCount, 0);
  const freeze = (count: number) => form.choose('model.freezeUpTo', count === 0 ? null : weighted[count - 1]?.name ?? null);
  const notes = [...(problem === null ? [] : [problem]), ...warnings];
  return (
    <>
      {notes.length > 0 ? <ul className={styles['warnings']}>{notes.map((note) => <li key={note}><Icon name="warning" size={12} /><span>{note}</span></li>)}</ul> : null}
      <p className="muted small">{sourceWords(inspection)}</p>
      <div className={styles['sectionHead']}>
        <h3>Layers</h3>
        <span className="muted small">{formatCount(trainedCount)} of {formatPlural(inspection.parameterCount, 'parameter')} are trained</span>
        <span className={styles['spacer']} />
        <Slider label="Frozen layers" value={frozenCount} min={0} max={weighted.length} step={1} format={(count) => (count === 0 ? 'none' : `${count} of ${weighted.length}`)} onChange={freeze} />
      </div>
      <div className={styles['layerScroll']} tabIndex={0} role="region" aria-label="Layers of the model">
        <table className={styles['layers']}>
          <thead><tr><th scope="col">Layer</th><th scope="col">Operators</th><th scope="col" data-align="right">Parameters</th><th scope="col">In training</th></tr></thead>
          <tbody>
            {layers.map((layer, index) => {
              const isFrozen = index < frozenIndex;
              const hasWeights = layer.parameterCount > 0;
              const place = weighted.indexOf(layer) + 1;
              const isLastFrozen = isFrozen && place === frozenCount;
              const isReplaced = spec.replaceHead && layer.name === headLayer;
              return (
                <tr key={layer.name} data-frozen={isFrozen}>
                  <th scope="row" title={layer.name}>{layer.name}</th>
                  <td className="muted" title={layer.operators.join(', ')}>{layer.operators.join(', ')}</td>
                  <td data-align="right">{layer.parameterCount === 0 ? '\u2013' : formatCount(layer.parameterCount)}</td>
                  <td>
                    {isReplaced ? 'new' : !hasWeights && layer.canTrain ? <span className="muted">no weights</span> : isFrozen ? 'frozen' : layer.canTrain ? 'trained' : <span className={styles['choiceError']} title={layer.reason ?? undefined}>{layer.reason}</span>}
                    {isReplaced || !hasWeights || place === weighted.length ? null : <button type="button" className={styles['freezeHere']} onClick={() => freeze(isLastFrozen ? place - 1 : place)}>{isLastFrozen ? 'train from here' : 'freeze up to here'}</button>}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <Switch isSelected={spec.replaceHead} isDisabled={headLayer === null} onChange={(on) => form.choose('model.replaceHead', on)}>
        {headLayer === null ? 'It has no dense last layer that could be replaced' : `New last layer in place of ${headLayer}, for other classes or another target`}
      </Switch>
    </>
  );
}
