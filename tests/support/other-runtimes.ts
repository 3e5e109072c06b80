/** Runs an exported model on raw columns in other runtimes: onnxruntime-web's WebAssembly inside Chromium, and Python's onnxruntime. */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Ort from 'onnxruntime-web';
import type { Page } from 'playwright';
import type { ColumnData } from '../../shared/domain/column-data.ts';

const dist = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'));

const pythonScript = fileURLToPath(new URL('../bench/peers/onnx_outputs.py', import.meta.url));

/** What the page is given: base64 and plain arrays, because that is what crosses. */
interface Request {
  readonly runtime: string;
  readonly wasm: string;
  readonly model: string;
  readonly feeds: Feeds;
}

/** Raw columns as JSON has them: not a number is null. */
type Feeds = Readonly<Record<string, readonly (number | null)[] | readonly string[]>>;

export type Outputs = Record<string, (number | string)[]>;

function feedsOf(columns: readonly ColumnData[]): Feeds {
  return Object.fromEntries(columns.map((column) => [column.name, column.kind === 'number'
    ? Array.from(column.values, (value) => (Number.isFinite(value) ? value : null))
    : Array.from(column.codes, (code) => column.labels[code] ?? '')]));
}

/** The outputs of the model by name, in the onnxruntime of this Python. */
export async function runInPython(python: string, folder: string, modelBytes: Uint8Array, columns: readonly ColumnData[]): Promise<Outputs> {
  const [model, feeds] = [join(folder, 'model.onnx'), join(folder, 'feeds.json')];
  await Promise.all([writeFile(model, modelBytes), writeFile(feeds, JSON.stringify(feedsOf(columns)))]);
  return JSON.parse(execFileSync(python, [pythonScript, model, feeds], { encoding: 'utf8', maxBuffer: 2 ** 28 })) as Outputs;
}

/** The outputs of the model by name, as plain numbers or words. */
export async function runInBrowser(page: Page, modelBytes: Uint8Array, columns: readonly ColumnData[]): Promise<Outputs> {
  const [runtime, wasm] = await Promise.all(['ort.wasm.bundle.min.mjs', 'ort-wasm-simd-threaded.wasm'].map((name) => readFile(join(dist, name))));
  const request: Request = {
    runtime: (runtime as Buffer).toString('utf8'), wasm: (wasm as Buffer).toString('base64'), model: Buffer.from(modelBytes).toString('base64'),
    feeds: feedsOf(columns),
  };
  return page.evaluate(async ({ runtime: source, wasm: binary, model, feeds }: Request) => {
    const bytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const ort = await import(url) as typeof Ort;
    ort.env.wasm.wasmBinary = bytes(binary);
    ort.env.wasm.numThreads = 1;
    const session = await ort.InferenceSession.create(bytes(model), { executionProviders: ['wasm'] });
    const outputs = await session.run(Object.fromEntries(Object.entries(feeds).map(([name, values]) => [name, typeof values[0] === 'string'
      ? new ort.Tensor('string', values as string[], [values.length, 1])
      : new ort.Tensor('float64', Float64Array.from(values as number[], (value) => value ?? NaN), [values.length, 1])])));
    return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, Array.from(tensor.data as ArrayLike<number | string>)]));
  }, request);
}
