import { defineConfig } from 'playwright/test';

// A worker has a display of its own where `npm test` has started some: windows on one would take the focus from each other.
const displays = process.env['ASSAY_DISPLAYS']?.split(',') ?? [];
const ownDisplay = displays[Number(process.env['TEST_PARALLEL_INDEX'] ?? 0)];
if (ownDisplay !== undefined) process.env['DISPLAY'] = ownDisplay;

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.spec.ts',
  // The folder that needs no installer is made on Linux.
  testIgnore: process.platform === 'linux' ? [] : ['**/packaged.spec.ts'],
  outputDir: 'artifacts/e2e',
  // The tests of a file go on from one another; files share nothing.
  workers: Math.max(1, displays.length),
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 400_000,
  expect: { timeout: 15_000 },
  // Without a limit of its own, a click that finds nothing ends as "test timeout", which names no line.
  use: { actionTimeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: 'artifacts/e2e.json' }]],
});
