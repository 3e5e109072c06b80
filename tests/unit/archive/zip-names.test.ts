import { describe, expect, test } from 'vitest';
import { NameSet, collisionKey, nameProblem } from '../../../electron/archive/zip-names.ts';

describe('names in archives', () => {
  test.each(['r/a.txt', 'r/', 'r/sub/deep/file', 'r/console.txt', 'r/com10', 'r/.hidden', 'r/a b', 'r/é.txt', 'r/日本.csv', 'r/lpt.txt'])('"%s" may be used', (name) => {
    expect(nameProblem(name)).toBeNull();
  });

  test.each(['', '/', '/a', 'r/..', 'r/.', '../a', 'r//a', 'r/a.', 'r/a ', 'r/con', 'r/Aux.log', 'r/COM1', 'r/lpt9.x.y', 'r/com¹', 'r/conin$', 'r/a\tb', 'r/a?b', 'r/a*b', 'r/a"b', 'r/<a>', 'r/a|b'])('"%s" may not be used', (name) => {
    expect(nameProblem(name)).not.toBeNull();
  });

  test('the length limit counts bytes, and not characters', () => {
    expect(nameProblem(`r/${'a'.repeat(198)}`)).toBeNull();
    expect(nameProblem(`r/${'é'.repeat(100)}`)).toMatch(/longer/);
  });

  test('sharp s, final sigma and the Kelvin sign fall together with what ignores case', () => {
    expect(collisionKey('straße')).toBe(collisionKey('STRASSE'));
    expect(collisionKey('ΣΑΣ')).toBe(collisionKey('σασ'));
    expect(collisionKey('\u212a')).toBe(collisionKey('k'));
  });

  test('an explicit folder may come before or after its files, but not twice', () => {
    const names = new NameSet();
    expect([names.add('r/d/a'), names.add('r/d/'), names.add('r/')]).toEqual([null, null, null]);
    expect(names.add('r/d/')).toMatch(/twice/);
  });
});
