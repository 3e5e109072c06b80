// Installs the packages of package-lock.json where node_modules is missing or of another lockfile.
// Runs on the system's Node, before any package is there.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, say } from './log.mjs';
import { whyUnreachable } from './network.mjs';
import { modulesDir, repoDir } from './paths.mjs';

/** @typedef {{ version?: string, optional?: boolean, link?: boolean }} LockedPackage */

/** Makes node_modules what package-lock.json says; does nothing when it already is. */
export async function ensurePackages() {
  const reason = whyStale();
  if (reason === null) return;
  const registry = npmOutput(['config', 'get', 'registry']) || 'https://registry.npmjs.org/';
  const unreachable = await whyUnreachable(registry);
  const source = unreachable === null ? [] : ['--offline'];
  say('install', `npm install, because ${reason}${unreachable === null ? '' : `; only from npm's cache (${unreachable})`}`);
  // Not `npm ci`: it refuses a lockfile without the optional packages of every other platform, and a
  // registry mirror need not have them. Versions and hashes come from the lockfile either way.
  const status = runNpm(['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=2', '--fetch-timeout=60000', ...source]);
  if (status !== 0) {
    throw new SetupError(unreachable === null
      ? `npm install failed with exit status ${status}; its own message is above.`
      : `The packages are not installed and the npm registry cannot be reached (${unreachable}). Connect once, then run this again.`);
  }
}

/**
 * Why node_modules does not match package-lock.json, or null when it does.
 * npm writes its own hidden lockfile last, so an interrupted install has none.
 * @returns {string | null}
 */
export function whyStale(repo = repoDir, modules = modulesDir) {
  const installedFile = join(modules, '.package-lock.json');
  if (!existsSync(installedFile)) return 'node_modules is missing or incomplete';
  const wanted = lockedPackages(join(repo, 'package-lock.json'));
  const installed = lockedPackages(installedFile);
  for (const [path, { version, optional, link }] of Object.entries(wanted)) {
    if (path === '' || link) continue;
    const found = installed[path]?.version;
    if (found === version || (found === undefined && optional)) continue;
    return `${path} is ${found ?? 'missing'} and package-lock.json wants ${version}`;
  }
  return null;
}

/** @param {string} file @returns {Record<string, LockedPackage>} */
function lockedPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** @param {string[]} args @returns {string} */
function npmOutput(args) {
  const { command, prefix } = npmCommand();
  return spawnSync(command, [...prefix, ...args], { cwd: repoDir, encoding: 'utf8', shell: command === 'npm.cmd' }).stdout?.trim() ?? '';
}

/** @param {string[]} args @returns {number} */
export function runNpm(args, cwd = repoDir) {
  const { command, prefix } = npmCommand();
  const result = spawnSync(command, [...prefix, ...args], {
    cwd,
    stdio: ['ignore', 2, 2],
    shell: command === 'npm.cmd',
    // onnxruntime-node would fetch GPU libraries from a host that may be unreachable.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  });
  return result.status ?? 1;
}

/** The npm that started us, so that its version is the user's own; else the one on PATH. */
function npmCommand() {
  const script = process.env['npm_execpath'];
  if (script?.endsWith('npm-cli.js')) return { command: process.execPath, prefix: [script] };
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', prefix: [] };
}
