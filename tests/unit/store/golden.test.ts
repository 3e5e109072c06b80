/** Projects of every version that was ever released: this one opens them, sees the same, and gives them on byte for byte. */
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectBytes } from '../../../electron/archive/sources.ts';
import { openZip } from '../../../electron/archive/zip-read.ts';
import { publicKeyLine } from '../../../electron/store/format/minisign.ts';
import { knownTexts } from '../../../electron/store/project-texts.ts';
import { looksLikePack, splitPack } from '../../../electron/store/format/packs.ts';
import { readSegment } from '../../../electron/store/format/segments.ts';
import { sha256Hex } from '../../../electron/files/hashing.ts';
import type { VerifyReport } from '../../../shared/domain/verify.ts';
import { sampleContent, writeSample } from '../../support/eln.ts';
import { hasMinisign, hasPython, verifyInPython } from '../../support/python.ts';
import { device, filesBelow, fingerprintOfFolder, openStore, temporaryDirectory } from '../../support/stores.ts';

const goldenDir = join(import.meta.dirname, '../../fixtures/golden');
const names = readdirSync(goldenDir, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);

interface Expected { stateHash: string; eventCount: number; outcome: string; findings: string[] }

const expectedOf = (name: string): Expected => JSON.parse(readFileSync(join(goldenDir, name, 'expected.json'), 'utf8')) as Expected;
const summary = ({ outcome, findings }: VerifyReport): unknown => ({ outcome, findings: findings.map(({ kind, file }) => `${kind} ${file}`).sort() });

function filesOf(name: string): Map<string, Uint8Array> {
  const directory = join(goldenDir, name, 'project');
  return new Map(filesBelow(directory).map((file) => [file.replaceAll('\\', '/'), readFileSync(join(directory, file))]));
}

/** SHA-256 of each sound segment, loose or packed. */
function segmentsIn(contents: Iterable<Uint8Array>): string[] {
  const all = [...contents].flatMap((bytes) => (looksLikePack(bytes) ? [...splitPack(bytes).segments] : [bytes]));
  return [...new Set(all.filter((bytes) => readSegment(bytes).segment !== null).map(sha256Hex))].sort();
}

describe.each(names)('the golden project %s', (name) => {
  const { stateHash, eventCount, outcome, findings } = expectedOf(name);

  it('opens with the state it always had, says what it always said, and nothing is written into it', async () => {
    const root = temporaryDirectory();
    const options = device(root, 'Reader');
    cpSync(join(goldenDir, name, 'project'), options.projectDir, { recursive: true });
    const before = fingerprintOfFolder(options.projectDir);
    const store = await openStore(options);
    expect([store.stateHash(), store.stats().eventCount]).toEqual([stateHash, eventCount]);
    expect(summary(await store.verify())).toEqual({ outcome, findings });
    await store.close();
    expect(fingerprintOfFolder(options.projectDir)).toEqual(before);
  });

  it('is exported with every sound segment byte for byte', async () => {
    const directory = temporaryDirectory();
    const segments = [...filesOf(name)].filter(([path]) => path.startsWith('log/')).map(([path, bytes]) => ({ path, source: { bytes } }));
    const { path } = await writeSample(directory, 'golden', sampleContent({ segments }));
    const archive = await openZip(path);
    const exported: Uint8Array[] = [];
    for (const entry of archive.entries.filter((each) => each.name.startsWith('golden/audit/log/'))) exported.push(await collectBytes(archive.chunks(entry)));
    await archive.close();
    expect(segmentsIn(exported)).toEqual(segmentsIn(segments.map(({ source }) => source.bytes)));
    expect(exported).toHaveLength(segmentsIn(exported).length);
  });

  it('begins with texts that this version knows', async () => {
    const known = await knownTexts();
    const files = filesOf(name);
    for (const [file, hashes] of Object.entries(known)) {
      const bytes = files.get(file);
      if (bytes) expect(hashes, file).toContain(sha256Hex(bytes));
    }
  });

  if (hasPython) it('has the same verdict from verify.py', async () => {
    const [report] = await verifyInPython(temporaryDirectory(), { [name]: filesOf(name) }, [{ base: name }]);
    expect(report && summary(report)).toEqual({ outcome, findings });
  });

  if (hasMinisign) it('has checkpoints that the minisign program accepts, and refuses once a byte differs', () => {
    const directory = temporaryDirectory();
    for (const [path, bytes] of filesOf(name)) {
      if (!/^seal\/.*\.json$/.test(path)) continue;
      const { key } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { key: string };
      const file = join(directory, 'checkpoint.json');
      writeFileSync(file, bytes);
      writeFileSync(`${file}.minisig`, filesOf(name).get(`${path}.minisig`) ?? '');
      const verify = (): string => execFileSync('minisign', ['-V', '-m', file, '-P', publicKeyLine(key)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      expect(verify()).toContain('verified');
      writeFileSync(file, Buffer.concat([bytes, Buffer.from(' ')]));
      expect(verify).toThrow();
    }
  });

  if (process.platform === 'linux') it('has objects that are named by what sha256sum says', () => {
    const objects = [...filesOf(name).keys()].filter((path) => path.startsWith('obj/'));
    const sums = objects.map((path) => `${path.slice(4).replace('/', '')}  ${path}\n`).join('');
    if (objects.length > 0) execFileSync('sha256sum', ['--strict', '--quiet', '-c'], { cwd: join(goldenDir, name, 'project'), input: sums });
  });
});

it('there are golden projects of every format so far', () => {
  expect(names.map((name) => name.split('-')[0])).toEqual(expect.arrayContaining(['0.2.0', '0.3.0']));
});
