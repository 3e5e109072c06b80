import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderBetween } from '../../shared/domain/pages.ts';

describe('the order of blocks', () => {
  it('always has room between two neighbours, at both ends, after any insertions', () => {
    fc.assert(fc.property(fc.array(fc.nat(), { maxLength: 200 }), (places) => {
      const orders: string[] = [];
      for (const place of places) {
        const at = place % (orders.length + 1);
        const order = orderBetween(orders[at - 1] ?? null, orders[at] ?? null);
        if (at > 0) expect(order > orders[at - 1]!).toBe(true);
        if (at < orders.length) expect(order < orders[at]!).toBe(true);
        orders.splice(at, 0, order);
      }
    }));
  });

  it('stays short when blocks are appended one after the other', () => {
    let last: string | null = null;
    for (let i = 0; i < 100; i++) last = orderBetween(last, null);
    expect(last!.length).toBeLessThan(25);
  });

  it('refuses neighbours in the wrong order', () => {
    expect(() => orderBetween('b', 'a')).toThrow('no order between "b" and "a"');
  });
});
