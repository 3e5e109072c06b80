/** Writes a trained network as an ONNX file that takes raw columns and describes itself. */
import { featureNames } from '../ml/encoding.ts';
import { buildInferenceGraph } from '../ml/inference-graph.ts';
import { cardToMetadata } from '../ml/model-card.ts';
import { writeOnnx } from '../ml/onnx-write.ts';
import type { TrainingSet } from '../ml/training-set.ts';

/** The bytes of the model with these weights; the same for the same weights, encoding and target name. */
export function exportModel(set: TrainingSet, weights: readonly Float32Array[], target: string): Uint8Array {
  const { encoding, network, output } = set;
  const { graph, outputNames } = buildInferenceGraph(encoding.columns, network, weights, output);
  return writeOnnx(graph, cardToMetadata({
    task: output.task,
    target,
    inputs: encoding.columns.map(({ name, type }) => ({ name, type })),
    classes: output.task === 'classification' ? [...output.classes] : [],
    features: featureNames(encoding.columns),
    outputs: [...outputNames],
  }));
}
