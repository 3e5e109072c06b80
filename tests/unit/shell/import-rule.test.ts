import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repoDir } from '../../../electron/runtime/paths.mjs';

/** Planted file -> its one import, and the rule that must name it. */
const violations = [
  ['renderer/pages/planted.tsx', '../../electron/store/planted.ts', 'renderer-imports'],
  ['renderer/ui/planted.ts', 'node:fs', 'no-node-built-ins'],
  ['renderer/pages/chart-planted.tsx', 'echarts', 'echarts-home'],
  ['shared/domain/planted.ts', '../errors.ts', 'shared/domain-imports'],
  ['shared/math/planted.ts', 'node:os', 'no-node-built-ins'],
  ['shared/contract/planted.ts', '../math/planted.ts', 'shared/contract-imports'],
  ['shared/contract/package-planted.ts', 'yjs', 'shared/contract-packages'],
  ['electron/ml/planted.ts', '../infer/planted.ts', 'electron/ml-imports'],
  ['electron/ml/built-in-planted.ts', 'node:crypto', 'no-node-built-ins'],
  ['electron/infer/planted.ts', '../store/planted.ts', 'electron/infer-imports'],
  ['electron/store/planted.ts', '../data/planted.ts', 'electron/store-imports'],
  ['electron/data/planted.ts', '../ml/planted.ts', 'electron/data-imports'],
  ['electron/files/planted.ts', '../store/planted.ts', 'electron/files-imports'],
  ['electron/jobs/planted.ts', '../app/planted.ts', 'electron/jobs-imports'],
  ['electron/app/planted.ts', '../ipc/planted.ts', 'electron/app-imports'],
  ['electron/ipc/planted.ts', '../store/planted.ts', 'electron/ipc-imports'],
  ['electron/cli/planted.ts', '../shell/planted.ts', 'electron/cli-imports'],
  ['electron/shell/planted.ts', '../app/planted.ts', 'electron/shell-imports'],
  ['electron/app/sqlite-planted.ts', 'better-sqlite3', 'better-sqlite3-home'],
  ['electron/app/duck-planted.ts', '@duckdb/node-api', '@duckdb/node-api-home'],
  ['electron/jobs/onnx-planted.ts', 'onnxruntime-node', 'onnxruntime-node-home'],
  ['electron/app/electron-planted.ts', 'electron', 'electron-home'],
  ['electron/preload.ts', 'zod', 'electron/preload.ts-packages'],
  ['shared/planted-root.ts', '../tests/support/planted.ts', 'product-without-tests'],
] as const;

let project = '';

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'assay-imports-'));
  symlinkSync(join(repoDir, 'node_modules'), join(project, 'node_modules'));
  // Targets of the planted imports, and one file that breaks no rule.
  for (const folder of ['electron/store', 'electron/data', 'electron/ml', 'electron/infer', 'electron/app', 'electron/ipc', 'electron/shell', 'shared/math', 'tests/support']) {
    plant(`${folder}/planted.ts`, 'export const planted = 1;\n');
  }
  plant('shared/errors.ts', 'export const planted = 1;\n');
  plant('shared/domain/fine.ts', "import { z } from 'zod';\nexport type Fine = z.ZodType;\n");
  for (const [file, target] of violations) plant(file, `import * as planted from '${target}';\nexport const seen: unknown = planted;\n`);
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

test('every planted violation of the import rule is caught, and nothing else is', () => {
  const { summary } = JSON.parse(cruise(project, 'json').stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  const found = summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`);
  expect(found).toEqual(expect.arrayContaining(violations.map(([file, , rule]) => `${file}: ${rule}`)));
  const planted = new Set<string>(violations.map(([file]) => file));
  expect(summary.violations.filter(({ from }) => !planted.has(from))).toEqual([]);
});

test('a violation makes the check fail', () => {
  expect(cruise(project, 'err').status).toBeGreaterThan(0);
});

test('the check reads the real sources, types included', () => {
  const { modules } = JSON.parse(cruise(repoDir, 'json').stdout) as { modules: { source: string; dependencies: { resolved: string }[] }[] };
  const main = modules.find(({ source }) => source === 'electron/main.ts');
  expect(main?.dependencies.map(({ resolved }) => resolved)).toEqual(expect.arrayContaining(['electron/shell/session.ts', 'electron/shell/window.ts']));
  expect(modules.filter(({ source }) => source.endsWith('.tsx')).length).toBeGreaterThan(10);
});

test('the linter catches a cycle, an explicit any and a default export', () => {
  const lintable = mkdtempSync(join(tmpdir(), 'assay-lint-'));
  try {
    writeFileSync(join(lintable, 'one.ts'), "import { two } from './two.ts';\nexport const one = (value: any): unknown => [two, value];\n");
    writeFileSync(join(lintable, 'two.ts'), "import { one } from './one.ts';\nexport const two = (): unknown => one;\nexport default two;\n");
    const { status, stdout } = spawnSync(process.execPath, [
      join(repoDir, 'node_modules/oxlint/bin/oxlint'), '--config', join(repoDir, '.oxlintrc.json'), '--format', 'json', '.',
    ], { cwd: lintable, encoding: 'utf8' });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string }[] };
    expect(status).not.toBe(0);
    expect(diagnostics.map(({ code }) => code)).toEqual(expect.arrayContaining(['import(no-cycle)', 'typescript(no-explicit-any)', 'import(no-default-export)']));
  } finally {
    rmSync(lintable, { recursive: true, force: true });
  }
});

function cruise(cwd: string, outputType: string): { status: number | null; stdout: string } {
  const script = join(repoDir, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = ['--config', join(repoDir, '.dependency-cruiser.mjs'), '--output-type', outputType, 'shared', 'electron', 'renderer'];
  return spawnSync(process.execPath, [script, ...args], { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
}

function plant(file: string, text: string): void {
  mkdirSync(dirname(join(project, file)), { recursive: true });
  writeFileSync(join(project, file), text);
}
