/** The data process: reads tables, the project's own and foreign files, and archives. It may be killed at any time. */
import { readFile } from 'node:fs/promises';
import { verifyEln } from '../../archive/verify.ts';
import { classifyFile } from '../../data/classify.ts';
import { readColumns } from '../../data/matrix.ts';
import { readDiffRows } from '../../data/diff-rows.ts';
import { diffTables } from '../../data/diff.ts';
import { openDuck } from '../../data/duck.ts';
import { writePixels } from '../../data/image-pixels.ts';
import { readImages } from '../../data/image-rows.ts';
import { importSource } from '../../data/import-parts.ts';
import { profileFile } from '../../data/profile.ts';
import { functionNames, runQuery } from '../../data/query.ts';
import { tablesOf } from '../../data/query-text.ts';
import { relateFile } from '../../data/relations.ts';
import { readRows } from '../../data/rows.ts';
import { readFirstRows, writeView } from '../../data/rows-view.ts';
import { sniffSource } from '../../data/sniff-parts.ts';
import { writePasted } from '../../data/pasted.ts';
import { survey } from '../../data/survey.ts';
import { reportTarget } from '../../data/target.ts';
import { inspectModel } from '../../infer/inspect-model.ts';
import { serveWorker, type TaskContext } from '../serve-worker.ts';
import type { DataTasks } from '../tasks.ts';
import { driftTask } from './drift.ts';
import { effectTask } from './effect.ts';
import { exportTask } from './export.ts';
import { readHistory } from './history.ts';
import { scratchFolder } from './scratch.ts';

const memoryLimitMb = 1500;
const duck = await openDuck({ tempDir: scratchFolder(), memoryLimitMb });

type Handlers = { readonly [T in keyof DataTasks]: (input: DataTasks[T]['input'], context: TaskContext) => Promise<DataTasks[T]['output']> };

const handlers: Handlers = {
  sniff: ({ path, ...options }, { signal }) => sniffSource(duck, path, { ...options, signal }),
  survey: ({ path }, { report, signal }) => survey(duck, path, { signal, onProgress: (progress) => report({ ...progress, unit: 'files', step: 'Looking' }) }),
  paste: async ({ text, outPath }) => {
    await writePasted(text, outPath);
    return {};
  },
  import: ({ path, ...input }, { report, signal }) => importSource(duck, path, {
    ...input, signal, onProgress: (progress) => report({ ...progress, step: 'Reading' }),
  }),
  rows: ({ table, offset, limit }) => readRows(duck, { path: table.path, offset, limit }),
  firstRows: ({ table, ...asked }, { signal }) => readFirstRows(duck, { path: table.path, ...asked, signal }),
  writeView: ({ table, ...asked }, { signal }) => writeView(duck, { path: table.path, ...asked, signal }),
  queryTables: ({ sql }) => tablesOf(duck, sql),
  query: (input, { report, signal }) => runQuery(duck, {
    ...input, signal, onProgress: ({ done, total }) => report({ done, total, unit: 'rows', step: 'Running' }),
  }),
  export: (input, context) => exportTask(duck, input, context),
  queryFunctions: () => functionNames(duck),
  profile: ({ table }, { signal }) => profileFile(duck, { path: table.path, signal }),
  relate: ({ table, profile }, { report, signal }) => relateFile(duck, {
    path: table.path, profile, signal, onProgress: (progress) => report({ ...progress, unit: 'steps' }),
  }),
  target: ({ table, ...input }, { signal }) => reportTarget(duck, { path: table.path, ...input, signal }),
  images: ({ table, ...wanted }, { signal }) => readImages(duck, { path: table.path, ...wanted, signal }),
  pixels: ({ table, ...input }, { report, signal }) => writePixels(duck, {
    path: table.path, ...input, signal, onProgress: ({ done, total }) => report({ done, total, unit: 'images', step: 'Resizing' }),
  }),
  classify: ({ table }, { signal }) => classifyFile(duck, { path: table.path, signal }),
  drift: (input, context) => driftTask(duck, input, context),
  diff: (input, { report, signal }) => diffTables(duck, { ...input, signal, onProgress: (progress) => report({ ...progress, unit: 'steps' }) }),
  diffRows: (input) => readDiffRows(duck, input),
  effect: (input, { signal }) => effectTask(duck, input, signal),
  verify: ({ path, trustedKeys }, { report, signal }) => verifyEln(path, {
    trustedKeys, signal, onProgress: ({ done, total }) => report({ done, total, unit: 'bytes', step: 'Verifying' }),
  }),
  readHistory: async ({ path }) => readHistory(await readColumns(duck, { path, columns: ['epoch', 'step', 'elapsedMs', 'part', 'metric', 'value'] })),
  inspect: async ({ path }) => inspectModel(await readFile(path)),
};

serveWorker(handlers);
