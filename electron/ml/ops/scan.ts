/**
 * One computation per step along the first axis, with state carried from step to step: as an ONNX Scan, whose size
 * does not depend on the length, or unrolled into the graph, which suits a few steps. Both give the same numbers.
 */
import { Graph } from '../graph.ts';
import type { Value } from '../graph.ts';
import { formatShape, sameShape } from '../shapes.ts';
import type { Ops } from './index.ts';

export interface StepResult {
  /** The state after the step, shaped as before it. */
  readonly state: readonly Value[];
  /** Kept for every step. */
  readonly kept: readonly Value[];
}

export interface StepsSpec {
  readonly steps: number;
  /** Each [steps, ...]; a step sees its slice. */
  readonly inputs: readonly Value[];
  readonly state: readonly Value[];
  /** From the last step to the first. */
  readonly isBackward?: boolean;
  readonly isUnrolled: boolean;
  build(op: Ops, slices: readonly Value[], state: readonly Value[]): StepResult;
}

export interface StepsResult {
  /** After the last step that was done. */
  readonly state: readonly Value[];
  /** Each [steps, ...], in the order of the steps whichever way they were done. */
  readonly kept: readonly Value[];
}

/** Does `spec.build` for every step. Nothing flows back through it: the caller is a composite with a gradient of its own. */
export function overSteps(op: Ops, spec: StepsSpec): StepsResult {
  for (const { name, shape } of spec.inputs) {
    if (shape[0] !== spec.steps) throw op.graph.shapeError(`${spec.steps} steps of "${name}" ${formatShape(shape)}`);
  }
  return spec.isUnrolled ? unrolled(op, spec) : scanned(op, spec);
}

function unrolled(op: Ops, { steps, inputs, state, isBackward = false, build }: StepsSpec): StepsResult {
  let current = state;
  const kept: (readonly Value[])[] = [];
  for (let i = 0; i < steps; i++) {
    const at = op.scalar('int64', isBackward ? steps - 1 - i : i);
    const step = build(op, inputs.map((input) => op.gather(input, at)), current);
    checkState(op.graph, current, step.state);
    current = step.state;
    kept.push(step.kept);
  }
  if (isBackward) kept.reverse();
  const stack = (values: readonly Value[]): Value => op.concat(values.map((value) => op.unsqueeze(value, [0])), 0);
  return { state: current, kept: (kept[0] ?? []).map((_, k) => stack(kept.map((values) => values[k] as Value))) };
}

function scanned(op: Ops, { steps, inputs, state, isBackward = false, build }: StepsSpec): StepsResult {
  const { graph } = op;
  const body = new Graph(`${graph.name}-steps`, graph);
  const carried = state.map(({ type, shape }) => body.freshInput('scan/state', type, shape));
  const slices = inputs.map(({ type, shape }) => body.freshInput('scan/slice', type, shape.slice(1)));
  const step = build(op.on(body), slices, carried);
  checkState(graph, state, step.state);
  for (const value of step.state) body.freshOutput('scan/next', value);
  for (const value of step.kept) body.freshOutput('scan/kept', value);
  const direction = Number(isBackward);
  const outputs = graph.emit('Scan', {
    inputs: [...state, ...inputs],
    outputs: [
      ...state.map(({ type, shape }) => ({ type, shape })),
      ...step.kept.map(({ type, shape }) => ({ type, shape: [steps, ...shape] })),
    ],
    attributes: {
      body: { graph: body }, num_scan_inputs: { int: inputs.length },
      scan_input_directions: { ints: inputs.map(() => direction) },
      scan_output_directions: { ints: step.kept.map(() => direction) },
    },
  });
  return { state: outputs.slice(0, state.length), kept: outputs.slice(state.length) };
}

function checkState(graph: Graph, before: readonly Value[], after: readonly Value[]): void {
  before.forEach((value, i) => {
    const next = after[i];
    if (next === undefined || !sameShape(value.shape, next.shape)) {
      throw graph.shapeError(`a step changes "${value.name}" from ${formatShape(value.shape)} to ${formatShape(next?.shape ?? [])}`);
    }
  });
}
