/** How an inspected ONNX file reads, what of it is frozen, and which columns it takes. Pure. */
import type { Column } from '../../shared/domain/columns.ts';
import type { InspectedLayer, ModelInspection } from '../../shared/domain/model-inspection.ts';
import { formatPlural } from '../ui/format.ts';

/** Ports that are named; more are counted. */
const mostNamed = 4;

/** How many layers from the first on keep their weights. */
export function freezeIndex(layers: readonly InspectedLayer[], freezeUpTo: string | null): number {
  return freezeUpTo === null ? 0 : layers.findIndex((layer) => layer.name === freezeUpTo) + 1;
}

/** "pytorch 2.13, opset 17. Takes x (batch × 784); gives y (batch × 10)." */
export function sourceWords({ producer, opset, inputs, outputs }: ModelInspection): string {
  return `${producer || 'Unknown writer'}, opset ${opset}. Takes ${portsWords(inputs, 'column')}; gives ${portsWords(outputs, 'output')}.`;
}

function portsWords(ports: ModelInspection['inputs'], noun: string): string {
  if (ports.length > mostNamed) return formatPlural(ports.length, noun);
  return ports.map(({ name, shape }) => (shape === null ? name : `${name} (${shape.join(' \u00d7 ')})`)).join(', ');
}

/** The columns that a model which Assay wrote was trained on, where the dataset has all of them; else null. */
export function ownFeatures(inputs: readonly { readonly name: string }[], columns: readonly Column[]): readonly string[] | null {
  const held = new Set(columns.map(({ name }) => name));
  const names = inputs.map(({ name }) => name);
  return names.length > 0 && names.every((name) => held.has(name)) ? names : null;
}

/** The columns that fill the input of a model: its own, or all that are numbers where that is how many it takes; else null. */
export function featuresFor({ isOwn, inputs, featureWidth }: ModelInspection, columns: readonly Column[], target: string): readonly string[] | null {
  if (isOwn) return ownFeatures(inputs, columns);
  const numbers = columns.filter(({ name, type }) => name !== target && (type === 'integer' || type === 'number')).map(({ name }) => name);
  return numbers.length === featureWidth ? numbers : null;
}
