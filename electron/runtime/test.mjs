// `npm test`: every check in order of cost, all of them even after a failure, and one closing line
// "N passed, N failed" over all. A check that is no test suite counts as one.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ensureBuild } from './build.mjs';
import { ensureElectron } from './electron.mjs';
import { SetupError, say } from './log.mjs';
import { modulesDir, repoDir } from './paths.mjs';
import { wait } from './start.mjs';
import { ensureDebianPackages, hasDisplay, hasTool, startDisplays } from './system.mjs';

/** @typedef {{ passed: number, failed: number }} Count */
/** @typedef {{ name: string, run: (rest: string[]) => Promise<Count> }} Stage */

/** A test in a window waits more than it works. */
const windowsAtOnce = Math.min(2, availableParallelism());

const artifactsDir = join(repoDir, 'artifacts');

/** @type {readonly Stage[]} */
const stages = [
  { name: 'types', run: () => check(bin('typescript', 'bin/tsc'), ['-b']) },
  { name: 'lint', run: () => check(bin('oxlint', 'bin/oxlint'), ['--deny-warnings']) },
  { name: 'imports', run: () => check(bin('dependency-cruiser', 'bin/dependency-cruiser.mjs'), ['--config', '.dependency-cruiser.mjs', 'shared', 'electron', 'renderer']) },
  { name: 'unused', run: () => check(bin('knip', 'bin/knip.js'), ['--no-progress']) },
  { name: 'unit', run: unitTests },
  { name: 'e2e', run: windowTests },
];

/**
 * @param {string[]} args --only=NAME[,NAME] limits the stages; what follows goes to vitest or playwright
 * @returns {Promise<number>} exit status
 */
export async function test(args) {
  const only = args.find((argument) => argument.startsWith('--only='))?.slice('--only='.length).split(',');
  const unknown = only?.filter((name) => !stages.some((stage) => stage.name === name)) ?? [];
  if (unknown.length > 0) throw new SetupError(`There is no stage "${unknown.join('", "')}". There are: ${stages.map(({ name }) => name).join(', ')}.`);
  const rest = args.filter((argument) => !argument.startsWith('--only='));
  mkdirSync(artifactsDir, { recursive: true });
  const total = { passed: 0, failed: 0 };
  /** @type {string[]} */
  const summary = [];
  for (const { name, run } of stages.filter((stage) => only?.includes(stage.name) ?? true)) {
    const startedAtMs = Date.now();
    say('test', name);
    const { passed, failed } = await run(rest);
    total.passed += passed;
    total.failed += failed;
    summary.push(`  ${name.padEnd(8)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed  ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
  }
  process.stdout.write(`\n${summary.join('\n')}\n\n${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

/** Types, unit, property, contract and fault tests. @param {string[]} rest */
async function unitTests(rest) {
  // Guard tests look at the built contract and the built command line.
  await ensureBuild();
  const report = join(artifactsDir, 'unit.json');
  rmSync(report, { force: true });
  const status = await runNode(bin('vitest', 'vitest.mjs'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...rest]);
  return counted(report, status, (json) => {
    // A file that fails to load has no tests of its own and must still count.
    const brokenFiles = json.testResults.filter((/** @type {any} */ file) => file.status === 'failed' && file.assertionResults.every((/** @type {any} */ one) => one.status !== 'failed')).length;
    return { passed: json.numPassedTests, failed: json.numFailedTests + brokenFiles };
  });
}

/** Tests in a real Electron window. @param {string[]} rest */
async function windowTests(rest) {
  await ensureBuild();
  await ensureElectron();
  if (process.platform === 'linux' && !hasTool('strace')) ensureDebianPackages(['strace'], 'the test that no connection is made needs strace');
  const stopDisplays = hasDisplay() ? null : await startDisplays(windowsAtOnce);
  const report = join(artifactsDir, 'e2e.json');
  rmSync(report, { force: true });
  try {
    // Every test asks for the runtime again; once is enough to read.
    const status = await runNode(bin('playwright', 'cli.js'), ['test', ...rest], { ASSAY_SETUP_SAID: '1' });
    return counted(report, status, ({ stats, errors }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length }));
  } finally {
    await stopDisplays?.();
  }
}

/**
 * The counts of a runner's JSON report; a runner that failed without saying so counts as one failure.
 * @param {string} report @param {number} status @param {(json: any) => Count} read
 * @returns {Count}
 */
function counted(report, status, read) {
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const count = read(JSON.parse(readFileSync(report, 'utf8')));
  return status !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

/** @param {string} script @param {string[]} args @returns {Promise<Count>} */
async function check(script, args) {
  return (await runNode(script, args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** @param {string} script @param {string[]} args @param {NodeJS.ProcessEnv} [env] @returns {Promise<number>} exit status */
function runNode(script, args, env = {}) {
  return wait(spawn(process.execPath, [script, ...args], { cwd: repoDir, stdio: 'inherit', env: { ...process.env, ...env } }));
}

/** @param {string} name of a package @param {string} file in it */
function bin(name, file) {
  return join(modulesDir, name, file);
}
