import { expect, test } from 'vitest';
import { parseCommandLine } from '../../../electron/shell/command-line.ts';

test('a relative project folder is taken from the folder the command was given in', () => {
  expect(parseCommandLine(['electron', '.', '--project=mine'], '/home/ana').project).toBe('/home/ana/mine');
  expect(parseCommandLine(['electron', '.', '--project=/else/mine'], '/home/ana').project).toBe('/else/mine');
});

test('an empty folder, or one with a NUL, is no project', () => {
  expect(parseCommandLine(['--project='], '/home/ana').project).toBeNull();
  expect(parseCommandLine(['--project=a\0b'], '/home/ana').project).toBeNull();
});

test('nothing else on the command line opens anything', () => {
  expect(parseCommandLine(['electron', '/some/folder', '--inspect=0', '--type=x'], '/')).toEqual({ project: null, sample: false, background: false });
});
