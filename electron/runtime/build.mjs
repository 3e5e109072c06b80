// Builds out/ with Vite: the Node side, the preload, the renderer and the archive's viewer. Skips what
// has no source yet and does nothing when no source has changed.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { SetupError, say } from './log.mjs';
import { repoDir } from './paths.mjs';
import { ensureSample } from './sample.mjs';
import { singleFile } from './single-file.mjs';

/** @typedef {import('vite').InlineConfig} InlineConfig */
/** @typedef {'shell' | 'engine' | 'preload' | 'renderer' | 'viewer' | 'sample'} Target */

/** @type {readonly Target[]} */
export const allTargets = ['shell', 'engine', 'preload', 'renderer', 'viewer', 'sample'];

const outDir = join(repoDir, 'out');
const stampFile = join(outDir, '.built');
const sourceDirs = ['electron', 'renderer', 'shared', 'resources'];
const sourceFiles = ['package.json', 'package-lock.json'];

/** Packages with native code; they stay outside the bundle and are loaded from node_modules. */
export const nativePackages = ['better-sqlite3', '@duckdb/node-api', 'onnxruntime-node'];

/** The oldest Node the bundle runs on: that of the fallback Electron. */
const nodeTarget = 'node20.18';
const chromeTarget = 'chrome130';

/** Whether out/ was made of the sources as they are now. */
export function isBuilt(state = sourceState()) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === state;
}

/** Builds everything where a source is newer than out/. */
export async function ensureBuild() {
  const state = sourceState();
  if (isBuilt(state)) return;
  const why = existsSync(stampFile) ? 'the sources changed' : 'it is not there yet';
  const startedAtMs = Date.now();
  // All but the sample, which takes seconds to make and hardly ever changes.
  for (const part of ['.built', 'main', 'chunks', 'cli', 'preload', 'renderer', 'viewer']) rmSync(join(outDir, part), { recursive: true, force: true });
  for (const target of allTargets) await buildTarget(target);
  writeFileSync(stampFile, state);
  say('build', `out/ made in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s, because ${why}`);
}

/**
 * `npm run build [-- TARGET...]`: all that is stale, or these targets whatever their state.
 * @param {string[]} names @returns {Promise<number>} exit status
 */
export async function build(names) {
  const targets = allTargets.filter((target) => names.includes(target));
  if (targets.length !== names.length) throw new SetupError(`The targets are: ${allTargets.join(', ')}.`);
  if (names.length === 0) await ensureBuild();
  for (const target of targets) await buildTarget(target);
  return 0;
}

/** @param {Target} target @param {InlineConfig} [extra] */
export async function buildTarget(target, extra = {}) {
  if (target === 'sample') return ensureSample();
  const vite = await import('vite');
  const config = await configOf(target);
  if (config === null) {
    say('build', `skipping the ${target}, because it has no source yet`);
    return;
  }
  return vite.build(vite.mergeConfig(config, extra));
}

/** @param {Exclude<Target, 'sample'>} target @returns {Promise<InlineConfig | null>} null when there is nothing to build */
export async function configOf(target) {
  switch (target) {
    case 'shell':
      return nodeConfig({ 'main/main': 'electron/main.ts' });
    case 'engine':
      return nodeConfig({
        'main/engine': 'electron/engine.ts',
        'main/workers/data': 'electron/jobs/workers/data.ts',
        'main/workers/compare': 'electron/jobs/workers/compare.ts',
        'main/workers/train': 'electron/jobs/workers/train.ts',
        'main/workers/provider': 'electron/jobs/workers/provider.ts',
        'cli/assay': 'electron/cli/assay.ts',
      });
    case 'preload':
      return preloadConfig();
    case 'renderer':
      return existsSync(join(repoDir, 'renderer/main.tsx')) ? rendererConfig() : null;
    case 'viewer':
      return existsSync(join(repoDir, 'renderer/archive/index.html')) ? viewerConfig() : null;
  }
}

/**
 * @param {Record<string, string>} entries place in out/ without its ending -> source
 * @returns {InlineConfig | null}
 */
function nodeConfig(entries) {
  const input = Object.fromEntries(Object.entries(entries)
    .map(([name, file]) => [name, join(repoDir, file)])
    .filter(([, file]) => existsSync(file ?? '')));
  if (Object.keys(input).length === 0) return null;
  return {
    ...base('electron'),
    ssr: { noExternal: true, external: nativePackages },
    build: {
      ssr: true,
      target: nodeTarget,
      outDir,
      emptyOutDir: false,
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input,
        external: ['electron', /^node:/],
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  };
}

/** One CommonJS file: a sandboxed preload can load nothing else. @returns {InlineConfig} */
function preloadConfig() {
  return {
    ...base('electron'),
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: nodeTarget,
      outDir: join(outDir, 'preload'),
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: { preload: join(repoDir, 'electron/preload.ts') },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  };
}

/**
 * What the window always loads is two files, because each further one costs a trip through the shell:
 * what boot.ts settles first, and the frame with all that it needs. Pages stay files of their own.
 */
const windowChunks = [
  { name: 'policy', test: /content-policy\.ts$|[\\/]zod[\\/]/, priority: 1 },
  { name: 'frame', test: /renderer[\\/]main\.tsx$/ },
];

/** @returns {Promise<InlineConfig>} */
async function rendererConfig() {
  const { default: react } = await import('@vitejs/plugin-react');
  return {
    ...base('renderer'),
    base: './',
    plugins: [react()],
    build: {
      target: chromeTarget,
      outDir: join(outDir, 'renderer'),
      emptyOutDir: true,
      // The page's CSP allows no data: scripts or styles; fonts and images stay files too.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 4000,
      rolldownOptions: { output: { codeSplitting: { groups: windowChunks } } },
    },
  };
}

/** The page inside an archive: one file, because browsers load no modules from the file system. @returns {Promise<InlineConfig>} */
async function viewerConfig() {
  const { default: react } = await import('@vitejs/plugin-react');
  return {
    ...base('renderer/archive'),
    base: './',
    plugins: [react(), singleFile()],
    build: {
      target: 'es2022',
      outDir: join(outDir, 'viewer'),
      emptyOutDir: true,
      assetsInlineLimit: 100_000_000,
      cssCodeSplit: false,
      modulePreload: false,
      chunkSizeWarningLimit: 8000,
      rolldownOptions: { output: { codeSplitting: false } },
    },
  };
}

/** @param {string} root @returns {InlineConfig} */
function base(root) {
  return { configFile: false, root: join(repoDir, root), logLevel: 'warn', envDir: false, publicDir: false };
}

/** A hash of the names, sizes and times of all sources. */
function sourceState() {
  const hash = createHash('sha256');
  const add = (/** @type {string} */ file) => {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${relative(repoDir, file)} ${size} ${mtimeMs}\n`);
  };
  for (const dir of sourceDirs) {
    if (!existsSync(join(repoDir, dir))) continue;
    const entries = readdirSync(join(repoDir, dir), { recursive: true, withFileTypes: true });
    for (const file of entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort()) add(file);
  }
  for (const file of sourceFiles) add(join(repoDir, file));
  return hash.digest('hex');
}
