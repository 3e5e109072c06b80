/** Runs an exported model on raw columns in onnxruntime-web's WebAssembly, inside Chromium. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Ort from 'onnxruntime-web';
import type { Page } from 'playwright';
import type { ColumnData } from '../../shared/domain/column-data.ts';

const dist = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'));

/** What the page is given: base64 and plain arrays, because that is what crosses. */
interface Request {
  readonly runtime: string;
  readonly wasm: string;
  readonly model: string;
  /** Not a number is null. */
  readonly feeds: Readonly<Record<string, readonly (number | null)[] | readonly string[]>>;
}

/** The outputs of the model by name, as plain numbers or words. */
export async function runInBrowser(page: Page, modelBytes: Uint8Array, columns: readonly ColumnData[]): Promise<Record<string, (number | string)[]>> {
  const [runtime, wasm] = await Promise.all(['ort.wasm.bundle.min.mjs', 'ort-wasm-simd-threaded.wasm'].map((name) => readFile(join(dist, name))));
  const request: Request = {
    runtime: (runtime as Buffer).toString('utf8'), wasm: (wasm as Buffer).toString('base64'), model: Buffer.from(modelBytes).toString('base64'),
    feeds: Object.fromEntries(columns.map((column) => [column.name, column.kind === 'number'
      ? Array.from(column.values, (value) => (Number.isFinite(value) ? value : null))
      : Array.from(column.codes, (code) => column.labels[code] ?? '')])),
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
