/** Writes a trained network as an ONNX file that takes raw columns and describes itself. */
import { featureNames } from '../ml/encoding.ts';
import { buildInferenceGraph } from '../ml/inference-graph.ts';
import { keptOf } from '../ml/kept-encoding.ts';
import { cardToMetadata } from '../ml/model-card.ts';
import { writeOnnx } from '../ml/onnx-write.ts';
import type { TrainingSet } from '../ml/training-set.ts';
import type { Weights } from './trainer.ts';

/** The bytes of the model with these weights; the same for the same weights, encoding and target name. */
export function exportModel(set: TrainingSet, weights: Weights, target: string): Uint8Array {
  const { encoding, output, view } = set;
  const { graph, outputNames, ends } = buildInferenceGraph({ ...set, columns: encoding.columns, weights });
  const kept = keptOf(encoding.columns);
  return writeOnnx(graph, cardToMetadata({
    task: output.task,
    target,
    inputs: encoding.columns.map(({ name, type }) => ({ name, type })),
    classes: output.task === 'classification' ? [...output.classes] : [],
    features: featureNames(encoding.columns),
    outputs: [...outputNames],
    ...(output.task === 'regression' && output.levels !== null && { levels: [...output.levels] }),
    ...ends,
    ...(ends !== null && kept !== null && { encoding: kept }),
    ...(view.kind === 'window' && { window: { steps: view.steps, horizon: view.horizon, timeColumn: set.timeColumn } }),
  }));
}
