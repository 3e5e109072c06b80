/** The training bench: each model beside what people would use for it otherwise, one file each in train/. */
import { existsSync } from 'node:fs';
import type { BenchLine } from './line.ts';

const subjects = ['mlp', 'linear', 'cnn', 'gru', 'attention', 'inference', 'large', 'life', 'accuracy'] as const;

/** All subjects, or those of ASSAY_BENCH ("cnn,gru"), each as it is done. A file exports one function, named after it. */
export async function* benchTrain(): AsyncGenerator<BenchLine> {
  const asked = process.env['ASSAY_BENCH']?.split(',') ?? subjects;
  for (const subject of subjects) {
    const file = new URL(`train/${subject}.ts`, import.meta.url);
    if (!asked.includes(subject) || !existsSync(file)) continue;
    const module = (await import(file.href)) as Record<string, () => Promise<BenchLine[]>>;
    const measure = module[`bench${subject.charAt(0).toUpperCase()}${subject.slice(1)}`];
    if (measure === undefined) throw new Error(`train/${subject}.ts exports no bench function`);
    yield* await measure();
  }
}
