import { expect, test } from 'vitest';
import { parseCommandLine } from '../../../electron/shell/command-line.ts';

test('a relative project folder is taken from the folder the command was given in', () => {
  expect(parseCommandLine(['electron', '.', '--project=mine'], '/work').project).toBe('/work/mine');
  expect(parseCommandLine(['electron', '.', '--project=/else/mine'], '/work').project).toBe('/else/mine');
});

test('an empty folder, or one with a NUL, is no project', () => {
  expect(parseCommandLine(['--project='], '/work').project).toBeNull();
  expect(parseCommandLine(['--project=a\0b'], '/work').project).toBeNull();
});

test('nothing else on the command line opens anything', () => {
  expect(parseCommandLine(['electron', '/some/folder', '--inspect=0', '--type=x'], '/')).toEqual({ project: null, sample: false, background: false });
});
