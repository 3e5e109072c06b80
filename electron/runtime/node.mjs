// The Node that everything after the install runs on: this one where it is new enough, else the pinned one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { SetupError, say } from './log.mjs';
import { modulesDir } from './paths.mjs';

/** From here on Node runs .ts files directly and has the Node-API that the native modules need. */
const oldestNode = [22, 18];

/**
 * The Node to continue with.
 * @returns {string | null} null when this process already runs on a good one
 */
export function betterNode(current = process.versions.node, platform = process.platform, arch = process.arch) {
  const [major = 0, minor = 0] = current.split('.').map(Number);
  const [wantMajor = 0, wantMinor = 0] = oldestNode;
  if (major > wantMajor || (major === wantMajor && minor >= wantMinor)) return null;
  const pinned = pinnedNode(platform, arch);
  if (pinned === null) {
    throw new SetupError(`Node ${current} is too old and npm has no newer one for ${platform}-${arch}. Install Node ${oldestNode.join('.')} or newer.`);
  }
  return pinned;
}

/** @returns {string | null} the Node that package-lock.json pins for this platform */
export function pinnedNode(platform = process.platform, arch = process.arch) {
  const folder = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
  const file = join(modulesDir, folder, 'bin', platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(file) ? file : null;
}

/**
 * Runs this command line again on `node`, which also comes first on PATH; never returns.
 * @param {string} node
 */
export async function continueOn(node) {
  say('node', `going on with the pinned Node, because ${process.version} is too old for the native modules`);
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit', env: withNodeFirst(node) });
  // The terminal signals the whole group; we only wait, so that the exit status is the child's.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
  const status = await new Promise((settle) => child.once('exit', (code, signal) => settle(code ?? (signal ? 1 : 0))));
  process.exit(status);
}

/** @param {string} node @returns {NodeJS.ProcessEnv} */
export function withNodeFirst(node) {
  return { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}` };
}
