import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { writeEln } from '../../../electron/archive/eln.ts';
import { collectBytes } from '../../../electron/archive/sources.ts';
import { verifyEln } from '../../../electron/archive/verify.ts';
import { openZip } from '../../../electron/archive/zip-read.ts';
import { nodeDisk } from '../../../electron/files/disk.ts';
import { elnFile, noise, sampleContent, testKey, writeSample } from '../../support/eln.ts';

const root = mkdtempSync(join(tmpdir(), 'assay-eln-'));
let directory = '';
let count = 0;
beforeEach(() => {
  directory = join(root, String(count++));
  mkdirSync(directory);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const Graph = z.object({ '@context': z.string(), '@graph': z.array(z.looseObject({ '@id': z.string(), '@type': z.string() })) });
type Node = z.infer<typeof Graph>['@graph'][number];

async function readAll(path: string): Promise<Map<string, Buffer>> {
  const archive = await openZip(path);
  const contents = new Map<string, Buffer>();
  for (const entry of archive.entries) contents.set(entry.name.slice(archive.rootName.length + 1), await collectBytes(archive.chunks(entry)));
  await archive.close();
  return contents;
}

async function graphOf(path: string): Promise<Node[]> {
  return Graph.parse(JSON.parse((await readAll(path)).get('ro-crate-metadata.json')?.toString() ?? ''))['@graph'];
}

function node(graph: readonly Node[], id: string): Node {
  const found = graph.filter((one) => one['@id'] === id);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} nodes ${id}`);
  return found[0];
}

describe('writing an archive', () => {
  test('every file comes back with the bytes it had', async () => {
    const content = sampleContent();
    const contents = await readAll((await writeSample(directory)).path);
    for (const file of content.entries.flatMap((entry) => entry.files)) {
      expect('bytes' in file.source && contents.get(file.path)?.equals(file.source.bytes), file.path).toBe(true);
    }
    expect(contents.get('ro-crate-preview.html')?.toString()).toContain('Penguins');
    expect([...contents.keys()].filter((name) => name.endsWith('.seg'))).toHaveLength(3);
  });

  test('ten exports of one project are the same file, byte for byte', async () => {
    const hashes = new Set<string>();
    for (let i = 0; i < 10; i++) {
      mkdirSync(join(directory, String(i)));
      const written = await writeSample(join(directory, String(i)));
      hashes.add(`${written.sha256} ${createHash('sha256').update(readFileSync(written.signaturePath)).digest('hex')}`);
    }
    expect(hashes.size).toBe(1);
  });

  test('the report has the size and hash of the file that was written, and both files are there', async () => {
    const written = await writeSample(directory);
    const bytes = readFileSync(written.path);
    expect(written).toMatchObject({ sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), fileCount: 16 });
    expect(readdirSync(directory).sort()).toEqual(['sample.eln', 'sample.eln.minisig']);
  });

  test('a file of the disk is streamed in, and progress ends at its total', async () => {
    const path = join(directory, 'data.bin');
    const bytes = noise(3_000_000, 5);
    writeFileSync(path, bytes);
    const content = sampleContent();
    const [page, ...rest] = content.entries;
    if (page === undefined) throw new Error('no entry');
    const files = [...page.files, { ...elnFile('pages/p1/data.bin', '', 'application/octet-stream'), source: { path } }];
    const seen: { done: number; total: number }[] = [];
    await writeEln({
      writer: { disk: nodeDisk, random: (n) => noise(n, 1) }, targetPath: join(directory, 'a.eln'), rootName: 'a', signingKey: testKey,
      content: { ...content, entries: [{ ...page, files }, ...rest] }, onProgress: (progress) => seen.push(progress),
    });
    expect((await readAll(join(directory, 'a.eln'))).get('pages/p1/data.bin')?.equals(bytes)).toBe(true);
    expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
    expect(seen.every(({ done }, i) => i === 0 || done >= (seen[i - 1]?.done ?? 0))).toBe(true);
  });

  test('a cancelled export leaves nothing behind', async () => {
    const cancel = new AbortController();
    const work = writeEln({
      writer: { disk: nodeDisk, random: (n) => noise(n, 1) }, targetPath: join(directory, 'a.eln'), rootName: 'a', signingKey: testKey, content: sampleContent(),
      signal: cancel.signal, onProgress: ({ done, total }) => { if (done > total * 0.6) cancel.abort(); },
    });
    await expect(work).rejects.toMatchObject({ failure: { code: 'job/cancelled' } });
    expect(readdirSync(directory)).toEqual([]);
  });

  test('a full disk leaves nothing behind and says so', async () => {
    const full = { ...nodeDisk, create: async (path: string) => {
      const file = await nodeDisk.create(path);
      let written = 0;
      return { ...file, write: async (bytes: Uint8Array) => {
        written += bytes.length;
        if (written > 9000) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        await file.write(bytes);
      } };
    } };
    const work = writeEln({ writer: { disk: full, random: (n) => noise(n, 1) }, targetPath: join(directory, 'a.eln'), rootName: 'a', signingKey: testKey, content: sampleContent() });
    await expect(work).rejects.toMatchObject({ failure: { code: 'files/disk-full' } });
    expect(readdirSync(directory)).toEqual([]);
  });

  test('a file that is gone stops the export before anything is written', async () => {
    const content = sampleContent({ previewHtml: { path: join(directory, 'gone.html') } });
    await expect(writeSample(directory, 'a', content)).rejects.toMatchObject({ failure: { code: 'files/not-found' } });
    expect(existsSync(join(directory, 'a.eln'))).toBe(false);
  });

  test('names that readers would refuse are refused, and so is a root that is no plain name', async () => {
    const [page, ...rest] = sampleContent().entries;
    if (page === undefined) throw new Error('no entry');
    for (const path of ['../out', 'a/con.txt', 'ä.txt', 'a b', 'x.', 'pages/p1/page.md', 'runs/r1/MODEL.onnx']) {
      const content = sampleContent({ entries: [{ ...page, files: [...page.files, elnFile(path, 'x')] }, ...rest] });
      await expect(writeSample(directory, 'a', content), path).rejects.toMatchObject({ failure: { code: 'archive/unsafe' } });
    }
    for (const name of ['a/b', '.', '..', '']) {
      const work = writeEln({ writer: { disk: nodeDisk, random: (n) => noise(n, 1) }, targetPath: join(directory, 'a.eln'), rootName: name, signingKey: testKey, content: sampleContent() });
      await expect(work, name).rejects.toMatchObject({ failure: { code: 'archive/unsafe' } });
    }
    expect(readdirSync(directory)).toEqual([]);
  });

  test('text that shrinks more than a reader allows is stored, so that our own reader takes it', async () => {
    const content = sampleContent({ previewHtml: { bytes: Buffer.alloc(5_000_000, ' ') } });
    const written = await writeSample(directory, 'a', content);
    expect((await verifyEln(written.path)).outcome).toBe('verified-signer-unknown');
  });

  test('seventy thousand files need ZIP64 and come back', async () => {
    const [page, ...rest] = sampleContent().entries;
    if (page === undefined) throw new Error('no entry');
    const files = Array.from({ length: 70_000 }, (_, i) => elnFile(`pages/p1/f${i}`, `${i}`, 'application/octet-stream'));
    const written = await writeSample(directory, 'many', sampleContent({ entries: [{ ...page, files }, ...rest] }));
    expect(written.fileCount).toBe(70_015);
    const archive = await openZip(written.path);
    const last = archive.entries.find(({ name }) => name === 'many/pages/p1/f69999');
    expect(last && (await collectBytes(archive.chunks(last))).toString()).toBe('69999');
    await archive.close();
  }, 120_000);
});

describe('the metadata of an archive', () => {
  test('follows the rules of the format: flat nodes, unique ids, plain types, one descriptor', async () => {
    const graph = await graphOf((await writeSample(directory)).path);
    const ids = graph.map((one) => one['@id']);
    expect(new Set(ids).size).toBe(ids.length);
    expect(node(graph, 'ro-crate-metadata.json')).toMatchObject({ '@type': 'CreativeWork', about: { '@id': './' }, conformsTo: { '@id': 'https://w3id.org/ro/crate/1.2' }, sdPublisher: { '@id': '#publisher' } });
    expect(node(graph, '#publisher')).toMatchObject({ '@type': 'Organization', name: 'Assay', areaServed: expect.any(String) });
    expect(node(graph, './')).toMatchObject({ name: 'Penguins', description: expect.any(String), datePublished: '2023-11-14T22:16:40.000Z', license: { '@id': '#license' }, version: '107' });
  });

  test('every reference leads to a node', async () => {
    const graph = await graphOf((await writeSample(directory)).path);
    const ids = new Set(graph.map((one) => one['@id']));
    const references: string[] = [];
    const visit = (value: unknown): void => {
      if (Array.isArray(value)) value.forEach(visit);
      else if (typeof value === 'object' && value !== null && '@id' in value) references.push(String(value['@id']));
    };
    for (const one of graph) Object.entries(one).filter(([key]) => key !== '@id' && key !== 'conformsTo').forEach(([, value]) => visit(value));
    expect(references.length).toBeGreaterThan(20);
    expect(references.filter((id) => !ids.has(id))).toEqual([]);
  });

  test('each experiment is a part of the root, and its files are directly in it', async () => {
    const graph = await graphOf((await writeSample(directory)).path);
    expect(node(graph, './')['hasPart']).toEqual([{ '@id': './pages/p1/' }, { '@id': './datasets/d1/' }, { '@id': './runs/r1/' }, { '@id': './audit/' }]);
    expect(node(graph, './runs/r1/')).toMatchObject({
      '@type': 'Dataset', name: 'R1', genre: 'experiment', keywords: 'baseline', text: 'A run', encodingFormat: 'text/markdown',
      hasPart: [{ '@id': './runs/r1/model.onnx' }, { '@id': './runs/r1/run.json' }],
    });
    expect(node(graph, './pages/p1/')).toMatchObject({ keywords: 'birds  sea,first', mentions: [{ '@id': './runs/r1/' }] });
    expect(node(graph, './datasets/d1/')).toMatchObject({ genre: 'resource' });
  });

  test('a run has its provenance: who, with what, from which files, to which files, when', async () => {
    const graph = await graphOf((await writeSample(directory)).path);
    expect(node(graph, '#action-3')).toMatchObject({
      '@type': 'CreateAction', object: [{ '@id': './datasets/d1/v1.parquet' }], result: [{ '@id': './runs/r1/model.onnx' }],
      instrument: { '@id': '#instrument-3' }, startTime: '2023-11-14T22:13:30.000Z', endTime: '2023-11-14T22:13:40.000Z', actionStatus: 'CompletedActionStatus',
    });
    expect(node(graph, '#instrument-3')).toMatchObject({ '@type': 'SoftwareApplication', name: 'ONNX Runtime', version: '1.30.0' });
    expect(node(graph, '#property-3-2')).toMatchObject({ '@type': 'PropertyValue', propertyID: 'metric.accuracy', value: 0.97 });
  });

  test('every file but the list and its signature is listed with its SHA-256 and its size as text', async () => {
    const written = await writeSample(directory);
    const graph = await graphOf(written.path);
    for (const [path, bytes] of await readAll(written.path)) {
      if (path.startsWith('ro-crate-metadata.json')) continue;
      const listed = graph.find((one) => one['@id'].replace('./', '') === path);
      expect(listed, path).toMatchObject({ sha256: createHash('sha256').update(bytes).digest('hex'), contentSize: String(bytes.length), name: expect.any(String) });
    }
  });

  test('the sums for sha256sum name every other file once', async () => {
    const contents = await readAll((await writeSample(directory)).path);
    const lines = (contents.get('audit/SHA256SUMS')?.toString() ?? '').trimEnd().split('\n');
    const expected = [...contents].filter(([path]) => !path.startsWith('ro-crate-metadata.json') && path !== 'audit/SHA256SUMS');
    expect(lines.sort()).toEqual(expected.map(([path, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${path}`).sort());
  });
});
