/** Where a moved block of a page goes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dropTarget, neighbourAfter } from '../../../../renderer/pages/page-order.ts';

const ids = ['a', 'b', 'c', 'd'];

function moved(all: readonly string[], id: string, after: string | null): string[] {
  const rest = all.filter((one) => one !== id);
  rest.splice(after === null ? 0 : rest.indexOf(after) + 1, 0, id);
  return rest;
}

test('one step up puts a block before its neighbour, also at the top', () => {
  expect(neighbourAfter(ids, 'c', -1)).toBe('a');
  expect(neighbourAfter(ids, 'b', -1)).toBeNull();
  expect(neighbourAfter(ids, 'a', -1)).toBeUndefined();
});

test('one step down puts a block after its neighbour, and the last one stays', () => {
  expect(neighbourAfter(ids, 'a', 1)).toBe('b');
  expect(neighbourAfter(ids, 'd', 1)).toBeUndefined();
});

test('dropping a block where it is changes nothing', () => {
  expect(dropTarget(ids, 'b', 1)).toBeUndefined();
  expect(dropTarget(ids, 'b', 2)).toBeUndefined();
});

test('a drop before any block lands there, wherever it came from', () => {
  fc.assert(fc.property(fc.nat(3), fc.nat(4), (from, index) => {
    const id = ids[from] ?? 'a';
    const after = dropTarget(ids, id, index);
    if (after === undefined) return;
    const order = moved(ids, id, after);
    const follower = order[order.indexOf(id) + 1];
    expect(follower).toBe(ids[index]);
  }));
});
