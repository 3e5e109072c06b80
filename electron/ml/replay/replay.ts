/**
 * Replays a read model on our own graph, node by node, through the operators that have gradients. What depends on constants
 * and shapes alone is computed here; float tensors of the file that feed layers become parameters.
 */
import { AppError, fail } from '../../../shared/errors.ts';
import type { Value } from '../graph.ts';
import type { Scope } from '../network.ts';
import { isWeight } from '../onnx-layers.ts';
import type { ImportedGraph, ImportedNode } from '../onnx-model.ts';
import { elementwiseRules } from './elementwise.ts';
import type { ReplayRule } from './elementwise.ts';
import { foldNode } from './fold.ts';
import { layoutRules } from './layout.ts';
import { linearRules } from './linear.ts';
import { NodeReplay } from './node-replay.ts';
import type { ReplayContext } from './node-replay.ts';
import { reduceRules } from './reduce.ts';
import { constantTerm, valueTerm } from './term.ts';
import type { Term } from './term.ts';

const rules: ReadonlyMap<string, ReplayRule> = new Map(Object.entries({
  ...elementwiseRules, ...layoutRules, ...linearRules, ...reduceRules,
}));

export interface ReplaySpec {
  /** Values of the file that are given, by name: its inputs, or what stands in their place. At least one has the batch first. */
  readonly given: ReadonlyMap<string, Value>;
  /** The value of the file that is asked for. */
  readonly wanted: string;
  /** The batch size that is written into the model's shapes, or null. */
  readonly fixedBatch: number | null;
  /** Layers whose weights are trained; the weights of others are frozen, and their batch normalisation stays as exported. */
  readonly isTrained: (layer: string) => boolean;
  /** Called with each replayed node and its outputs, so that callers may count. */
  readonly onNode?: (node: ImportedNode, values: readonly Value[]) => void;
}

/**
 * The wanted value on the graph of `scope`.
 * @throws model/refused for operators that cannot be replayed; model/shape; model/malformed when the wanted value is not there.
 */
export function replay(scope: Scope, graph: ImportedGraph, spec: ReplaySpec): Value {
  const terms = new Map<string, Term>();
  for (const [name, tensor] of graph.tensors) terms.set(name, constantTerm(tensor, name, isWeight(tensor)));
  for (const [name, value] of spec.given) terms.set(name, valueTerm(value));
  const [batched] = spec.given.values();
  const context: ReplayContext = {
    scope, batched: batched as Value, fixedBatch: spec.fixedBatch, isTrained: spec.isTrained,
    constants: new Map(), weights: new Map(), names: new Map(),
  };
  run(nodesFor(graph, spec), context, spec, terms);
  const wanted = terms.get(spec.wanted);
  if (wanted === undefined) throw fail('model/malformed', { reason: `no node makes "${spec.wanted}"` });
  if (wanted.kind !== 'value') throw fail('model/refused', { reason: `"${spec.wanted}" does not depend on the input` });
  return wanted.value;
}

/** The nodes that the wanted value needs, given the given ones, in order. */
export function nodesFor(graph: ImportedGraph, { given, wanted }: { given: { has(name: string): boolean }; wanted: string }): ImportedNode[] {
  const needed = new Set([wanted]);
  const kept: ImportedNode[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((output) => needed.has(output) && !given.has(output))) continue;
    kept.push(node);
    for (const input of allInputs(node)) if (!given.has(input)) needed.add(input);
  }
  return kept.reverse();
}

/** With what the graphs of its attributes take from outside. */
function allInputs(node: ImportedNode): string[] {
  const inner = Object.values(node.attributes).flatMap((attribute) =>
    ('graph' in attribute ? [...attribute.graph.nodes.flatMap(allInputs), ...attribute.graph.outputs.map(({ name }) => name)] : []));
  return [...node.inputs, ...inner];
}

function run(nodes: readonly ImportedNode[], context: ReplayContext, spec: ReplaySpec, terms: Map<string, Term>): void {
  for (const node of nodes) {
    try {
      replayNode(node, context, spec, terms);
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      // No exporter writes it: attributes or inputs of a kind that the operator does not have.
      throw fail('model/malformed', { reason: `the operator ${node.opType} in layer "${node.layer}" has inputs or attributes that do not fit` }, thrown);
    }
  }
}

function replayNode(node: ImportedNode, context: ReplayContext, spec: ReplaySpec, terms: Map<string, Term>): void {
  const inputs = node.inputs.map((name) => (name === '' ? null : termOf(terms, name, node)));
  const folded = foldNode(node, inputs);
  if (folded !== null) {
    terms.set(node.outputs[0] as string, folded);
    return;
  }
  const replaying = new NodeReplay(context, node, inputs);
  if (node.opType === 'If' && node.domain === '') {
    takeBranch(replaying, context, spec, terms);
    return;
  }
  const rule = node.domain === '' ? rules.get(node.opType) : undefined;
  if (rule === undefined) throw replaying.refuse('cannot be part of a network that is trained');
  const values = context.scope.layer(node.layer, () => rule(replaying));
  spec.onNode?.(node, values);
  node.outputs.forEach((name, i) => {
    const value = values[i];
    if (name !== '' && value !== undefined) terms.set(name, valueTerm(value));
  });
}

/** @throws model/malformed; model/refused for outputs that are not replayed, such as the mask of a dropout. */
function termOf(terms: ReadonlyMap<string, Term>, name: string, node: ImportedNode): Term {
  const term = terms.get(name);
  if (term !== undefined) return term;
  throw fail('model/refused', { reason: `the operator ${node.opType} in layer "${node.layer}" takes "${name}", which cannot be replayed` });
}

/** Exporters write a choice by rank or size, which is known here. */
function takeBranch(replaying: NodeReplay, context: ReplayContext, spec: ReplaySpec, terms: Map<string, Term>): void {
  const { node } = replaying;
  const condition = terms.get(node.inputs[0] as string);
  if (condition?.kind !== 'constant') throw replaying.refuse('chooses by the data');
  const branch = node.attributes[Number(condition.tensor.data[0]) !== 0 ? 'then_branch' : 'else_branch'];
  if (branch === undefined || !('graph' in branch)) throw replaying.refuse('lacks a branch');
  const { nodes, outputs, tensors } = branch.graph;
  for (const [name, tensor] of tensors) terms.set(name, constantTerm(tensor, name, isWeight(tensor)));
  run(nodes.map((inner) => ({ ...inner, layer: node.layer })), context, spec, terms);
  node.outputs.forEach((name, i) => {
    const term = terms.get(outputs[i]?.name ?? '');
    if (term !== undefined) terms.set(name, term);
  });
}
