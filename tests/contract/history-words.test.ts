import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { knownActions } from '../../electron/app/history.ts';

const folder = join(import.meta.dirname, '../../electron');

/** Actions in the sources: the first argument of `commit(` and of `commitVersion(context, `. */
function actionsInUse(): string[] {
  const sources = [...readdirSync(join(folder, 'app')).map((name) => join(folder, 'app', name)), join(folder, 'store/store.ts'), join(folder, 'store/core.ts')];
  const found = sources.flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/commit(?:Version)?\((?:context, )?'([a-z]+\.[A-Za-z]+)'/g)].map((match) => match[1]!));
  return [...new Set(found)].sort();
}

describe('the history', () => {
  it('has a sentence for every action that the use cases commit', () => {
    const actions = actionsInUse();
    expect(actions.length).toBeGreaterThan(20);
    expect(actions.filter((action) => !knownActions.includes(action))).toEqual([]);
  });
});
