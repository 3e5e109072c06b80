/** An ONNX model as it was read: plain data, values by name, every node after those it needs. */
import type { ConstantData, ElementType } from './graph.ts';
import type { Shape } from './shapes.ts';

export interface ImportedTensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: ConstantData;
}

/** A part of the network that a person can name: what can be frozen. */
export interface ImportedLayer {
  readonly name: string;
  /** Operators in the order of the nodes, each named once. */
  readonly operators: readonly string[];
  /** Numbers in the weights that its nodes are the first to use. */
  readonly parameterCount: number;
}

export type ImportedAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly texts: readonly string[] }
  | { readonly tensor: ImportedTensor }
  | { readonly graph: ImportedGraph };

export interface ImportedNode {
  readonly name: string;
  readonly opType: string;
  /** '' for ai.onnx. */
  readonly domain: string;
  /** Names of values; '' where an optional one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, ImportedAttribute>>;
  readonly layer: string;
}

/** An input or output; a size that the file leaves open is a name. Null shape: not even the rank is stated. */
export interface ImportedPort {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape | null;
}

export interface ImportedGraph {
  readonly name: string;
  readonly inputs: readonly ImportedPort[];
  readonly outputs: readonly ImportedPort[];
  /** In an order in which they can be computed. */
  readonly nodes: readonly ImportedNode[];
  /** Initialisers by name; those of `Constant` nodes are in the nodes. */
  readonly tensors: ReadonlyMap<string, ImportedTensor>;
}

export interface ImportedModel extends ImportedGraph {
  /** As in the file; the nodes are in the form of opset 18. */
  readonly opset: number;
  readonly producer: string;
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order of their first node. */
  readonly layers: readonly ImportedLayer[];
}
