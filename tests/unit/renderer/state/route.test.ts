/** Addresses of the window. */
import { expect, test } from 'vitest';
import type { DatasetId } from '../../../../shared/domain/ids.ts';
import { formatRoute, parseRoute, routes } from '../../../../renderer/state/route.ts';

const id = '0123456789abcdefghjkmnpqrs' as DatasetId;

test('every address reads back as itself', () => {
  for (const route of [routes.datasets(), routes.dataset(id, { tab: 'rows', column: 'a&b = c' }), routes.runs({ select: 'x,y' }), routes.settings(), routes.history({ entity: id })]) {
    expect(parseRoute(formatRoute(route))).toEqual(route);
  }
});

test('an unknown address opens the list of datasets', () => {
  expect(parseRoute('#/nowhere/at/all')).toEqual(routes.datasets());
  expect(parseRoute('')).toEqual(routes.datasets());
});
