/**
 * Brings operators of opsets 9 to 21 into the form of opset 18: attributes that became inputs, defaults that changed,
 * operators that were replaced. Source: the operators' change log in the ONNX specification (docs/Changelog.md).
 */
import { fail } from '../../shared/errors.ts';
import type { ImportedAttribute, ImportedGraph, ImportedNode, ImportedTensor } from './onnx-model.ts';

const [oldest, newest] = [9, 21];
export const opsetRange = `versions ${oldest} to ${newest}`;

export function isReadableOpset(version: number): boolean {
  return version >= oldest && version <= newest;
}

/** The graph with every node in the form of opset 18. @throws model/refused for what opset 18 cannot say. */
export function modernize(graph: ImportedGraph, opset: number): ImportedGraph {
  const tensors = new Map(graph.tensors);
  const nodes = graph.nodes.map((node) => {
    const inner = Object.entries(node.attributes).map(([name, attribute]): [string, ImportedAttribute] =>
      [name, 'graph' in attribute ? { graph: modernize(attribute.graph, opset) } : attribute]);
    const rewrite = node.domain === '' ? rewrites[node.opType] : undefined;
    const draft = new Draft({ ...node, attributes: Object.fromEntries(inner) }, opset, tensors);
    rewrite?.(draft);
    return draft.node();
  });
  return { ...graph, nodes, tensors };
}

/** A node under change. New inputs are named after its first output. */
class Draft {
  readonly opset: number;
  opType: string;
  inputs: string[];
  outputs: readonly string[];
  readonly attributes: Record<string, ImportedAttribute>;
  readonly #node: ImportedNode;
  readonly #tensors: Map<string, ImportedTensor>;

  constructor(node: ImportedNode, opset: number, tensors: Map<string, ImportedTensor>) {
    this.opset = opset;
    this.opType = node.opType;
    this.inputs = [...node.inputs];
    this.outputs = node.outputs;
    this.attributes = { ...node.attributes };
    this.#node = node;
    this.#tensors = tensors;
  }

  node(): ImportedNode {
    const { opType, inputs, outputs, attributes } = this;
    return { ...this.#node, opType, inputs, outputs, attributes };
  }

  /** Removes an attribute and returns its integers. */
  takeInts(name: string): readonly number[] | undefined {
    const attribute = this.#take(name);
    return attribute !== undefined && 'ints' in attribute ? attribute.ints : undefined;
  }

  takeInt(name: string): number | undefined {
    const attribute = this.#take(name);
    return attribute !== undefined && 'int' in attribute ? attribute.int : undefined;
  }

  takeFloat(name: string): number | undefined {
    const attribute = this.#take(name);
    return attribute !== undefined && 'float' in attribute ? attribute.float : undefined;
  }

  /** The integers become the input number `at`. */
  setInts(at: number, name: string, numbers: readonly number[] | undefined): void {
    if (numbers === undefined) return;
    this.#set(at, name, { type: 'int64', shape: [numbers.length], data: BigInt64Array.from(numbers, BigInt) });
  }

  /** The number becomes the input number `at`, of rank 0. */
  setFloat(at: number, name: string, number: number | undefined): void {
    if (number === undefined) return;
    this.#set(at, name, { type: 'float32', shape: [], data: Float32Array.of(number) });
  }

  refuse(what: string): Error {
    const label = this.#node.name === '' ? `the operator ${this.opType}` : `the node "${this.#node.name}" (${this.opType})`;
    return fail('model/refused', { reason: `${label} ${what}` });
  }

  #take(name: string): ImportedAttribute | undefined {
    const attribute = this.attributes[name];
    delete this.attributes[name];
    return attribute;
  }

  #set(at: number, name: string, tensor: ImportedTensor): void {
    const key = `${this.outputs.find((output) => output !== '')}/${name}`;
    this.#tensors.set(key, tensor);
    while (this.inputs.length < at) this.inputs.push('');
    this.inputs[at] = key;
  }
}

type Rewrite = (draft: Draft) => void;

/** Axes that were an attribute until they became the second input in opset `since`. */
const axesSince = (since: number): Rewrite => (draft) => {
  if (draft.opset < since) draft.setInts(1, 'axes', draft.takeInts('axes'));
};

/** Until opset 12 the axes from `axis` on counted as one; replaying sees the private attribute. */
const softmax: Rewrite = (draft) => {
  if (draft.opset >= 13) return;
  draft.attributes['axis'] ??= { int: 1 };
  draft.attributes['_flatten'] = { int: 1 };
};

const resize: Rewrite = (draft) => {
  if (draft.opset >= 11) return;
  // Until opset 10: scales right after x, and coordinates as "asymmetric" with rounding down.
  draft.opType = 'Resize';
  draft.inputs = [draft.inputs[0] ?? '', '', draft.inputs[1] ?? ''];
  draft.attributes['coordinate_transformation_mode'] = { text: 'asymmetric' };
  draft.attributes['nearest_mode'] = { text: 'floor' };
};

const rewrites: Readonly<Record<string, Rewrite>> = {
  Squeeze: axesSince(13), Unsqueeze: axesSince(13), ReduceSum: axesSince(13),
  ReduceMean: axesSince(18), ReduceMax: axesSince(18), ReduceMin: axesSince(18), ReduceProd: axesSince(18), ReduceL1: axesSince(18),
  ReduceL2: axesSince(18), ReduceLogSum: axesSince(18), ReduceLogSumExp: axesSince(18), ReduceSumSquare: axesSince(18),
  Softmax: softmax, LogSoftmax: softmax, Hardmax: softmax,
  Resize: resize, Upsample: resize,
  Clip: (draft) => {
    if (draft.opset >= 11) return;
    const [low, high] = [draft.takeFloat('min'), draft.takeFloat('max')];
    draft.setFloat(1, 'min', low);
    draft.setFloat(2, 'max', high);
  },
  Pad: (draft) => {
    const mode = draft.attributes['mode'];
    if (mode !== undefined && 'text' in mode && mode.text === 'wrap') throw draft.refuse('pads by wrapping around, which came after opset 18');
    if (draft.opset >= 11) return;
    draft.setInts(1, 'pads', draft.takeInts('pads'));
    draft.setFloat(2, 'value', draft.takeFloat('value'));
  },
  Slice: (draft) => {
    if (draft.opset >= 10) return;
    const [starts, ends, axes] = [draft.takeInts('starts'), draft.takeInts('ends'), draft.takeInts('axes')];
    draft.setInts(1, 'starts', starts);
    draft.setInts(2, 'ends', ends);
    draft.setInts(3, 'axes', axes);
  },
  Split: (draft) => {
    if (draft.opset < 13) draft.setInts(1, 'split', draft.takeInts('split'));
    // Opset 18 wants the number of parts to be said where sizes are not.
    if (draft.inputs[1] === undefined || draft.inputs[1] === '') draft.attributes['num_outputs'] ??= { int: draft.outputs.length };
  },
  TopK: (draft) => {
    const k = draft.opset < 10 ? draft.takeInt('k') : undefined;
    if (k !== undefined) draft.setInts(1, 'k', [k]);
  },
  Dropout: (draft) => {
    if (draft.opset < 12) draft.setFloat(1, 'ratio', draft.takeFloat('ratio'));
  },
  BatchNormalization: (draft) => {
    // Until opset 13 more outputs than one meant training.
    const isTraining = draft.opset < 14 ? draft.outputs.length > 1 : draft.takeInt('training_mode') === 1;
    if (isTraining) throw draft.refuse('is in training mode; export the model for inference');
    draft.outputs = draft.outputs.slice(0, 1);
    delete draft.attributes['spatial'];
  },
  // From opset 21 scale and bias are per channel, before that per group; replaying sees the private attribute.
  GroupNormalization: (draft) => {
    if (draft.opset < 21) draft.attributes['_perGroup'] = { int: 1 };
    delete draft.attributes['stash_type'];
  },
  Cast: (draft) => {
    delete draft.attributes['saturate'];
  },
  AveragePool: (draft) => {
    const dilations = draft.takeInts('dilations') ?? [];
    if (dilations.some((dilation) => dilation !== 1)) throw draft.refuse('has dilations, which came after opset 18');
  },
  Scatter: (draft) => {
    draft.opType = 'ScatterElements';
  },
};
