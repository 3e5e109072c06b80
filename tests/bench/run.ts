/** `npm run bench -- [AREA...] [--json]`: runs the areas and prints one line a measurement. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BenchLine } from './line.ts';

const areas = ['train', 'data', 'drift', 'store', 'ui'] as const;

const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const isJson = process.argv.includes('--json');
const unknown = asked.filter((name) => !(areas as readonly string[]).includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no area "${unknown.join('", "')}". There are: ${areas.join(', ')}.\n`);
  process.exit(2);
}

let isMet = true;
for (const area of areas) {
  if (asked.length > 0 && !asked.includes(area)) continue;
  for await (const line of await measure(area)) {
    isMet &&= line.holds !== false;
    process.stdout.write(isJson ? `${JSON.stringify(line)}\n` : `${row(line)}\n`);
  }
}
process.exit(isMet ? 0 : 1);

/** The lines of one area; an area exports one function, named after it. */
async function measure(area: string): Promise<Iterable<BenchLine> | AsyncIterable<BenchLine>> {
  const file = new URL(`${area}.ts`, import.meta.url);
  if (!existsSync(fileURLToPath(file))) {
    process.stderr.write(`${area}: nothing to measure yet\n`);
    return [];
  }
  const module = (await import(file.href)) as Record<string, () => Promise<BenchLine[]> | AsyncIterable<BenchLine>>;
  const run = module[`bench${area.charAt(0).toUpperCase()}${area.slice(1)}`];
  if (!run) throw new Error(`${area}.ts exports no bench function`);
  return run();
}

function row({ name, value, unit, peer, peerValue, ratio, goal, holds, runs }: BenchLine): string {
  const beside = peer === null ? '' : ` | ${peer}: ${peerValue === null ? 'absent' : `${short(peerValue)} ${unit}`}`;
  const times = ratio === null ? '' : ` | ratio ${ratio.toFixed(2)}`;
  const verdict = goal === null ? '' : ` | goal ${goal}: ${holds === null ? 'not measured' : holds ? 'holds' : 'MISSED'}`;
  return `${name}: ${short(value)} ${unit}${beside}${times}${verdict} | median of ${runs}`;
}

function short(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(4)));
}
