/** The loop, and words: cutting text and looking words up in a table (ai.onnx.ml). */
import { Graph } from '../graph.ts';
import type { Value } from '../graph.ts';
import { formatShape, sameShape } from '../shapes.ts';

export interface LoopBody {
  /** The state after the iteration, shaped as before it. */
  readonly state: readonly Value[];
  /** Stacked over iterations along a new first axis. */
  readonly scans: readonly Value[];
}

export interface LoopResult {
  readonly state: readonly Value[];
  readonly scans: readonly Value[];
}

/**
 * Runs `build`'s graph `tripCount` times (an int64 scalar), carrying the state from one iteration to the next.
 * The body sees the iteration number (an int64 scalar) and every value of the graphs around it.
 */
export function loop(
  graph: Graph, tripCount: Value, initial: readonly Value[],
  build: (body: Graph, iteration: Value, state: readonly Value[]) => LoopBody,
): LoopResult {
  const body = new Graph(`${graph.name}-body`, graph);
  const iteration = body.freshInput('loop/iteration', 'int64', []);
  const condition = body.freshInput('loop/condition', 'bool', []);
  const state = initial.map((value) => body.freshInput(`loop/${value.name}`, value.type, value.shape));
  const result = build(body, iteration, state);
  if (result.state.length !== initial.length) throw graph.shapeError(`Loop carries ${initial.length} values but returns ${result.state.length}`);
  body.freshOutput('loop/continue', body.emitOne('Identity', [condition], 'bool', []));
  result.state.forEach((value, i) => {
    const before = initial[i] as Value;
    if (!sameShape(value.shape, before.shape)) {
      throw graph.shapeError(`Loop changes "${before.name}" from ${formatShape(before.shape)} to ${formatShape(value.shape)}`);
    }
    body.freshOutput(`loop/next/${before.name}`, value);
  });
  result.scans.forEach((value) => body.freshOutput('loop/scan', value));
  const condition0 = graph.constant('bool', [], Uint8Array.of(1), 'always');
  const outputs = graph.emit('Loop', {
    inputs: [tripCount, condition0, ...initial],
    outputs: [
      ...initial.map(({ type, shape }) => ({ type, shape })),
      ...result.scans.map(({ type, shape }) => ({ type, shape: ['steps', ...shape] })),
    ],
    attributes: { body: { graph: body } },
  });
  return { state: outputs.slice(0, initial.length), scans: outputs.slice(initial.length) };
}

/** Each word's number in `words`; words not listed become `otherwise`. */
export function numberWords(graph: Graph, x: Value, words: readonly string[], numbers: readonly number[], otherwise: number): Value {
  return graph.emit('LabelEncoder', {
    domain: 'ai.onnx.ml',
    inputs: [x],
    outputs: [{ type: 'int64', shape: x.shape }],
    attributes: {
      keys_strings: { texts: words },
      values_int64s: { ints: numbers },
      default_int64: { int: otherwise },
    },
  })[0] as Value;
}

/** The word of each number 0..words.length-1. */
export function nameNumbers(graph: Graph, x: Value, words: readonly string[]): Value {
  return graph.emit('LabelEncoder', {
    domain: 'ai.onnx.ml',
    inputs: [x],
    outputs: [{ type: 'string', shape: x.shape }],
    attributes: {
      keys_int64s: { ints: words.map((_, i) => i) },
      values_strings: { texts: words },
      default_string: { text: '' },
    },
  })[0] as Value;
}

/**
 * Cuts each text of x [..] at `separator` into pieces [.., pieces], "" where a text has fewer than the one with most. Of each text
 * the first `most` pieces at most.
 */
export function splitText(graph: Graph, x: Value, separator: string, most: number): Value {
  const [pieces] = graph.emit('StringSplit', {
    inputs: [x],
    outputs: [{ type: 'string', shape: [...x.shape, 'pieces'] }, { type: 'int64', shape: x.shape }],
    attributes: { delimiter: { text: separator }, maxsplit: { int: most } },
  }) as [Value, Value];
  const bounds = [[0], [most], [x.shape.length]].map((numbers) => graph.integers(numbers));
  return graph.emitOne('Slice', [pieces, ...bounds], 'string', pieces.shape);
}
