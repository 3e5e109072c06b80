import { defineConfig } from 'playwright/test';

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.spec.ts',
  // The folder that needs no installer is made on Linux.
  testIgnore: process.platform === 'linux' ? [] : ['**/packaged.spec.ts'],
  outputDir: 'artifacts/e2e',
  // One window at a time: they share the display and two cores.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 400_000,
  expect: { timeout: 15_000 },
  // Without a limit of its own, a click that finds nothing ends as "test timeout", which names no line.
  use: { actionTimeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: 'artifacts/e2e.json' }]],
});
