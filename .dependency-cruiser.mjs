/**
 * The import rule: which folder may import which, and which package belongs to which folder.
 * tests/unit/shell/import-rule.test.ts plants violations and expects each to be caught.
 */

/** Folder -> what it may import besides itself. A folder without a row may import nothing of ours. */
const mayImport = {
  'shared/domain': [],
  'shared/math': ['shared/domain', 'shared/errors.ts'],
  'shared/errors.ts': [],
  'shared/contract': ['shared/domain', 'shared/errors.ts'],
  'electron/files': ['shared'],
  'electron/store': ['electron/files', 'shared'],
  'electron/data': ['electron/files', 'shared'],
  'electron/ml': ['shared'],
  'electron/infer': ['electron/ml', 'shared'],
  'electron/archive': ['electron/store', 'electron/files', 'shared'],
  'electron/jobs': ['electron/data', 'electron/ml', 'electron/infer', 'electron/store', 'electron/archive', 'electron/files', 'shared'],
  'electron/app': ['electron/store', 'electron/data', 'electron/jobs', 'electron/archive', 'electron/files', 'shared'],
  'electron/ipc': ['electron/app', 'shared'],
  'electron/cli': ['electron/app', 'electron/store', 'electron/jobs', 'electron/archive', 'electron/files', 'shared', 'package.json'],
  'electron/shell': ['shared'],
  'electron/runtime': [],
  'electron/preload.ts': ['shared/contract', 'shared/errors.ts'],
  'electron/main.ts': ['electron/shell', 'shared'],
  'electron/engine.ts': ['electron', 'shared'],
  'renderer': ['shared'],
};

/** Package -> the only places that may import it. */
const packageHomes = {
  // Foreign databases are read in electron/data; the project's own only in electron/store.
  'better-sqlite3': ['electron/store', 'electron/data/sqlite.ts'],
  '@duckdb/node-api': ['electron/data'],
  'apache-arrow': ['electron/data'],
  'fzstd': ['electron/data'],
  'saxes': ['electron/data'],
  'yauzl': ['electron/data', 'electron/runtime'],
  'onnxruntime-node': ['electron/infer'],
  'onnxruntime-common': ['electron/infer'],
  'electron': ['electron/shell', 'electron/main.ts', 'electron/preload.ts', 'electron/engine.ts'],
  'echarts': ['renderer/charts'],
  'commander': ['electron/cli'],
  'react': ['renderer'],
  'react-dom': ['renderer'],
  'vite': ['electron/runtime'],
};

/** Packages that a folder may import at all, where the list is short enough to be a rule. */
const onlyPackages = {
  'shared/domain': ['zod'],
  'shared/contract': ['zod'],
  'shared/errors.ts': [],
  'shared/math': ['@stdlib', 'ml-matrix'],
  'electron/ml': ['onnx-buf', '@bufbuild/protobuf', 'zod'],
  'electron/preload.ts': ['electron'],
};

/** No Node built-ins: these run in a browser too, or must stay pure. */
const withoutNode = ['shared', 'renderer', 'electron/ml', 'electron/preload.ts'];

const ours = '^(shared|electron|renderer|tests)/';

/** @param {string} place a folder or a file @returns {string} a pattern for what lies there */
const at = (place) => `^${escaped(place)}${/\.\w+$/.test(place) ? '$' : '/'}`;
/** @param {string} text */
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
/** @param {string} name */
const packageAt = (name) => `(^|/)node_modules/${escaped(name)}(/|$)`;

const folderRules = Object.entries(mayImport).map(([folder, allowed]) => ({
  name: `${folder}-imports`,
  comment: `${folder} may import ${allowed.length > 0 ? allowed.join(', ') : 'nothing of ours'}`,
  severity: 'error',
  from: { path: at(folder) },
  to: { path: ours, pathNot: [folder, ...allowed].map(at) },
}));

const homeRules = Object.entries(packageHomes).map(([name, homes]) => ({
  name: `${name}-home`,
  comment: `${name} is imported only in ${homes.join(', ')}`,
  severity: 'error',
  from: { path: '^(shared|electron|renderer)/', pathNot: homes.map(at) },
  to: { path: packageAt(name) },
}));

const packageRules = Object.entries(onlyPackages).map(([folder, names]) => ({
  name: `${folder}-packages`,
  comment: `${folder} imports no package but ${names.join(', ') || 'none'}`,
  severity: 'error',
  from: { path: at(folder) },
  to: { path: '(^|/)node_modules/', pathNot: names.map(packageAt) },
}));

export default {
  forbidden: [
    ...folderRules,
    ...homeRules,
    ...packageRules,
    {
      name: 'product-without-tests',
      comment: 'The product imports nothing from tests',
      severity: 'error',
      from: { path: '^(shared|electron|renderer)/' },
      to: { path: '^tests/' },
    },
    {
      name: 'no-node-built-ins',
      comment: `${withoutNode.join(', ')} import no Node built-in`,
      severity: 'error',
      from: { path: withoutNode.map(at) },
      to: { dependencyTypes: ['core'] },
    },
// Cycles are oxlint's: without TypeScript's own parser, type imports cannot be told apart here.
    { name: 'resolvable', comment: 'Every import resolves', severity: 'error', from: { path: '^(shared|electron|renderer)/' }, to: { couldNotResolve: true, pathNot: '^✖$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist|artifacts|resources)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'], exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], mainFields: ['module', 'main', 'types'] },
  },
};
