/**
 * The optimizer's part of a step. Small parameters are carried through the loop as one vector and updated together: their
 * nodes cost more than their arithmetic. Every element is computed as it would be alone, so the bits are the same.
 */
import type { Value } from './graph.ts';
import type { Parameter } from './network.ts';
import type { Ops } from './ops/index.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import { staticSize } from './shapes.ts';

/** Parameters that are updated as one; alone they keep their shape. */
export interface UpdateGroup {
  readonly members: readonly Parameter[];
  readonly isDecayed: boolean;
}

/** The tensors of a group: the parameter, the optimizer's slots, and with a moving average that. */
export type GroupState = readonly Value[];

/** The most elements of a parameter that is put together with others. */
const smallSize = 8192;

/** The groups of the trained parameters, which need not be in their order. */
export function updateGroups(trained: readonly Parameter[], { decays }: Optimizer): UpdateGroup[] {
  const alone: UpdateGroup[] = [];
  const small = { decayed: [] as Parameter[], free: [] as Parameter[] };
  for (const parameter of trained) {
    const isDecayed = decays && parameter.isDecayed;
    if (sizeOf(parameter) > smallSize) alone.push({ members: [parameter], isDecayed });
    else small[isDecayed ? 'decayed' : 'free'].push(parameter);
  }
  const together = (members: readonly Parameter[], isDecayed: boolean): UpdateGroup[] => (members.length === 0 ? [] : [{ members, isDecayed }]);
  return [...alone, ...together(small.decayed, true), ...together(small.free, false)];
}

/** One tensor of the members' tensors, in their order. */
export function join(op: Ops, { members }: UpdateGroup, values: readonly Value[]): Value {
  if (members.length === 1) return values[0] as Value;
  return op.concat(values.map((value) => (value.shape.length === 1 ? value : op.reshape(value, [staticSize(value.shape) as number]))), 0);
}

/** The members' tensors of what `join` made, by the members' names. */
export function separate(op: Ops, { members }: UpdateGroup, value: Value): Map<string, Value> {
  if (members.length === 1) return new Map([[(members[0] as Parameter).name, value]]);
  const parts = op.split(value, 0, members.map(sizeOf));
  return new Map(members.map(({ name, shape }, i) =>
    [name, shape.length === 1 ? parts[i] as Value : op.reshape(parts[i] as Value, shape)]));
}

/** The group after a step by `gradient`, with the numbers of the step. */
export function updateGroup(
  op: Ops, { members, isDecayed }: UpdateGroup, state: GroupState, gradient: Value,
  { optimizer, averageDecay, numbers }: { readonly optimizer: Optimizer; readonly averageDecay: number | null; readonly numbers: readonly Value[] },
): GroupState {
  return op.graph.inLayer(`update/${members.length === 1 ? (members[0] as Parameter).name : 'small'}`, () => {
    const slotCount = optimizer.slots.length;
    const [before, ...rest] = state as [Value, ...Value[]];
    const { parameter, slots } = optimizer.update(op, { parameter: before, slots: rest.slice(0, slotCount) }, gradient, numbers, isDecayed);
    if (averageDecay === null) return [parameter, ...slots];
    const kept = op.mul(rest[slotCount] as Value, op.scalar('float32', averageDecay));
    return [parameter, ...slots, op.add(kept, op.mul(parameter, op.scalar('float32', 1 - averageDecay)))];
  });
}

function sizeOf({ shape }: Parameter): number {
  return shape.reduce((size, dim) => size * dim, 1);
}
