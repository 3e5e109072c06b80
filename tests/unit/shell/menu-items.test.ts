import { expect, test } from 'vitest';
import { menuCommands } from '../../../electron/shell/menu-items.ts';
import { globalCommands } from '../../../renderer/app/commands.ts';

test('every item of the menu is a command of the window', () => {
  const ids = new Set(globalCommands.map(({ id }) => id));
  expect(menuCommands.filter(({ id }) => !ids.has(id))).toEqual([]);
});

test('an accelerator of the menu is the key of its command', () => {
  const keysOf = new Map(globalCommands.map(({ id, keys }) => [id, keys]));
  for (const { id, accelerator } of menuCommands) {
    if (accelerator !== undefined) expect([id, accelerator.toLowerCase().replace('cmdorctrl', 'mod')]).toEqual([id, keysOf.get(id)]);
  }
});

test('no two items of the menu share an accelerator', () => {
  const accelerators = menuCommands.flatMap(({ accelerator }) => accelerator ?? []);
  expect(new Set(accelerators).size).toBe(accelerators.length);
});
