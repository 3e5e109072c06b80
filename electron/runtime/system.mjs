// What the operating system must have: shared libraries for a window, a display, a compiler.
// As root on Debian we install what is missing; otherwise we print the command that would.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { SetupError, say } from './log.mjs';

/** Debian's package for each library that Electron may miss. */
const windowPackages = ['libgtk-3-0', 'libnss3', 'libgbm1', 'libasound2', 'libnotify4', 'libxss1', 'libxtst6', 'xdg-utils'];

/** @param {string} tool @returns {boolean} */
export function hasTool(tool) {
  return (process.env['PATH'] ?? '').split(':').some((folder) => folder !== '' && existsSync(`${folder}/${tool}`));
}

/**
 * Shared libraries that the loader cannot find for this executable.
 * @param {string} executable
 * @returns {string[]}
 */
export function missingLibraries(executable) {
  if (process.platform !== 'linux') return [];
  const { stdout } = spawnSync('ldd', [executable], { encoding: 'utf8' });
  return [...(stdout ?? '').matchAll(/^\s*(\S+) => not found$/gm)].map((match) => match[1] ?? '');
}

/** @param {string} executable */
export function ensureWindowLibraries(executable) {
  const missing = missingLibraries(executable);
  if (missing.length === 0) return;
  ensureDebianPackages(windowPackages, `a window needs ${missing.join(', ')}`);
  const still = missingLibraries(executable);
  if (still.length > 0) throw new SetupError(`Still missing after the installation: ${still.join(', ')}.`);
}

/**
 * Installs Debian packages, or says how.
 * @param {readonly string[]} packages
 * @param {string} reason as "... needs ..."
 */
export function ensureDebianPackages(packages, reason) {
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (process.platform !== 'linux' || !hasTool('apt-get')) {
    throw new SetupError(`${capital(reason)}. Install the equivalent of these Debian packages: ${packages.join(' ')}`);
  }
  if (!isRoot()) throw new SetupError(`${capital(reason)}. Run: sudo apt-get update && sudo ${command}`);
  say('system', `${command}, because ${reason}`);
  const quiet = ['-qq', '-o', 'Acquire::http::Timeout=5', '-o', 'Acquire::https::Timeout=5', '-o', 'Acquire::Retries=1', '-o', 'DPkg::Lock::Timeout=120'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', [...quiet, 'update'], { stdio: ['ignore', 'ignore', 2], env });
  // Names move between releases (libasound2t64 and others); one unknown name must not lose the rest.
  const known = packages.flatMap((name) => [name, `${name}t64`]).filter(isInstallable);
  const { status } = spawnSync('apt-get', [...quiet, 'install', '-y', '--no-install-recommends', ...known], { stdio: ['ignore', 'ignore', 2], env });
  if (status !== 0) throw new SetupError(`${capital(reason)}, and apt-get could not install it. Run: ${command}`);
}

/** @param {string} name */
function isInstallable(name) {
  const { stdout } = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' });
  return /Candidate: (?!\(none\))/.test(stdout ?? '');
}

/** True when the process is root, where Chromium refuses to start its own sandbox. */
export function isRoot() {
  return process.getuid?.() === 0;
}

/** True when a window can be shown without a display server of our own. */
export function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

/**
 * Starts an Xvfb for each of `count` windows that are open at once, so that none takes the focus from another. DISPLAY is
 * the first of them, ASSAY_DISPLAYS all.
 * @param {number} [count]
 * @returns {Promise<() => Promise<void>>} stops them
 */
export async function startDisplays(count = 1) {
  if (!hasTool('Xvfb')) ensureDebianPackages(['xvfb'], 'a window without a screen needs Xvfb');
  const servers = await Promise.all(Array.from({ length: count }, startDisplay));
  const names = servers.map(({ name }) => name);
  process.env['DISPLAY'] = names[0];
  process.env['ASSAY_DISPLAYS'] = names.join(',');
  say('system', `own display ${names.join(' and ')} (Xvfb), because DISPLAY is not set`);
  return async () => {
    delete process.env['DISPLAY'];
    delete process.env['ASSAY_DISPLAYS'];
    await Promise.all(servers.map(({ stop }) => stop()));
  };
}

/** @returns {Promise<{ name: string, stop: () => Promise<unknown> }>} */
async function startDisplay() {
  // -displayfd lets the server pick the number itself, so that two runs never race for one.
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-noreset'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const ended = new Promise((settle) => server.once('exit', settle));
  const number = await new Promise((settle, reject) => {
    let text = '';
    server.stdio[3]?.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) settle(text.trim());
    });
    server.once('error', reject);
    server.once('exit', (code) => reject(new SetupError(`Xvfb ended with status ${code} before it had a display.`)));
  });
  return {
    name: `:${number}`,
    stop: () => {
      server.kill();
      return ended;
    },
  };
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
