/**
 * The part of a read model that is trained on: from its features to its logits. Preparation of raw columns before it and
 * softmax or a choice of class after it are left out; a written model has them again.
 */
import { fail } from '../../shared/errors.ts';
import type { KeptEncoding } from './kept-encoding.ts';
import { endsFromMetadata } from './model-card.ts';
import type { ImportedLayer, ImportedModel, ImportedNode, ImportedPort } from './onnx-model.ts';
import { nodesFor } from './replay/replay.ts';

export interface ImportedCore {
  /** The value that the features take the place of. */
  readonly features: string;
  /** How the file states its input; in models that Assay wrote, the encoded features [batch, width]. */
  readonly port: ImportedPort;
  /** Whether Assay wrote the file: the features are encoded and the logits scaled as ours are. */
  readonly isOwn: boolean;
  /** How raw columns became the features in a model that Assay wrote; null when it does not say. */
  readonly encoding: KeptEncoding | null;
  readonly logits: string;
  /** What stands between the logits and the output of the file and was left out, for example "Softmax". */
  readonly cut: string | null;
  readonly nodes: readonly ImportedNode[];
  /** Of these nodes, in order. */
  readonly layers: readonly ImportedLayer[];
}

/**
 * @param isClassifier Whether probabilities at the end shall be cut off, because the loss takes logits.
 * @throws model/refused when the ends are not clear, with the reason.
 */
export function findCore(model: ImportedModel, isClassifier: boolean): ImportedCore {
  const own = ownEnds(model);
  const port = own?.port ?? inputOf(model);
  const features = port.name;
  const end = own === null ? endOf(model, isClassifier) : { logits: own.logits, cut: null };
  const nodes = nodesFor(model, { given: new Set([features]), wanted: end.logits });
  const names = new Set(nodes.map(({ layer }) => layer));
  return { features, port, isOwn: own !== null, encoding: own?.encoding ?? null, ...end, nodes, layers: model.layers.filter(({ name }) => names.has(name)) };
}

export interface ImportedHead {
  /** The value that a new head takes. */
  readonly input: string;
  readonly layer: string;
  /** Whether that value has a column per row of data. */
  readonly isColumns: boolean;
}

/** The last dense layer: Gemm or MatMul, with its bias or without, over rows or over columns. @throws model/no-head */
export function findHead(model: ImportedModel, { logits, features }: ImportedCore): ImportedHead {
  const makers = makersOf(model);
  let node = makers.get(logits);
  let isTransposed = false;
  while (node !== undefined && (passing.has(node.opType) || swapsAxes(node))) {
    if (node.opType === 'Transpose') isTransposed = !isTransposed;
    node = makers.get(node.inputs[0] as string);
  }
  if (node === undefined) throw fail('model/no-head', { reason: `nothing stands between "${features}" and "${logits}"` });
  if (node.opType === 'Add') {
    const product = node.inputs.map((input) => makers.get(input)).find((maker) => maker !== undefined && products.has(maker.opType));
    if (product !== undefined && node.inputs.some((input) => isWeightLike(model, makers, input))) node = product;
  }
  const [left, right] = node.inputs;
  if (!products.has(node.opType) || left === undefined || right === undefined) {
    throw fail('model/no-head', { reason: `it ends in the operator ${node.opType} of layer "${node.layer}"` });
  }
  // Where the weight stands first, the rows of data are columns.
  if (isTransposed && model.tensors.has(left) && !isSet(node, 'transB')) return { input: right, layer: node.layer, isColumns: true };
  if (isTransposed) throw fail('model/no-head', { reason: `the axes of layer "${node.layer}" are not told apart` });
  return { input: left, layer: node.layer, isColumns: false };
}

const products = new Set(['Gemm', 'MatMul']);

/** A weight of the file, or one that only got another shape. */
function isWeightLike(model: ImportedModel, makers: ReadonlyMap<string, ImportedNode>, input: string): boolean {
  const maker = makers.get(input);
  return model.tensors.has(input) || (maker !== undefined && passing.has(maker.opType) && model.tensors.has(maker.inputs[0] as string));
}

function swapsAxes({ opType, attributes }: ImportedNode): boolean {
  const perm = attributes['perm'];
  return opType === 'Transpose' && (perm === undefined || ('ints' in perm && perm.ints.length === 2 && perm.ints[0] === 1));
}

function isSet({ attributes }: ImportedNode, name: string): boolean {
  const value = attributes[name];
  return value !== undefined && 'int' in value && value.int !== 0;
}

/** Operators that only pass numbers on. */
const passing = new Set(['Identity', 'Cast', 'Dropout', 'Flatten', 'Reshape', 'Squeeze', 'Unsqueeze']);

const activations = new Set(['Softmax', 'LogSoftmax', 'Sigmoid']);

/** What models that Assay wrote say of themselves; null for others. */
function ownEnds({ metadata }: ImportedModel): { port: ImportedPort; logits: string; encoding: KeptEncoding | null } | null {
  const { featuresValue, featureWidth, logitsValue, encoding = null } = endsFromMetadata(metadata);
  if (featuresValue === undefined || featureWidth === undefined || logitsValue === undefined) return null;
  return { port: { name: featuresValue, type: 'float32', shape: ['batch', featureWidth] }, logits: logitsValue, encoding };
}

function inputOf(model: ImportedModel): ImportedPort {
  const [only, ...more] = model.inputs;
  if (only === undefined || more.length > 0) {
    throw fail('model/refused', { reason: `it has ${model.inputs.length} inputs (${model.inputs.map(({ name }) => name).join(', ')}); only models of one input can be trained on` });
  }
  if (!only.type.startsWith('float')) {
    throw fail('model/refused', { reason: `its input "${only.name}" is ${only.type}; only models that take floating-point numbers can be trained on` });
  }
  return only;
}

/** The first floating-point output; classifiers also have one that names the class. */
function endOf(model: ImportedModel, isClassifier: boolean): { logits: string; cut: string | null } {
  const output = model.outputs.find(({ type }) => type.startsWith('float'));
  if (output === undefined) throw fail('model/refused', { reason: 'none of its outputs is a floating-point number' });
  const makers = makersOf(model);
  let maker = makers.get(output.name);
  while (maker?.opType === 'Identity' || maker?.opType === 'Cast') maker = makers.get(maker.inputs[0] as string);
  if (isClassifier && maker !== undefined && activations.has(maker.opType)) return { logits: maker.inputs[0] as string, cut: maker.opType };
  return { logits: output.name, cut: null };
}

function makersOf(model: ImportedModel): Map<string, ImportedNode> {
  return new Map(model.nodes.flatMap((node) => node.outputs.map((output): [string, ImportedNode] => [output, node])));
}
