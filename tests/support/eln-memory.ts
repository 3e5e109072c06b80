/**
 * Run by a test in a process of its own: exports an archive with one large file, verifies it, and prints
 * the outcome and the most memory that it took. Arguments: directory, path of the file.
 */
import { join } from 'node:path';
import { verifyEln } from '../../electron/archive/verify.ts';
import { elnFile, sampleContent, writeSample } from './eln.ts';

const [directory = '', source = ''] = process.argv.slice(2);
const content = sampleContent();
const entries = content.entries.map((entry, i) => (i === 0
  ? { ...entry, files: [...entry.files, { ...elnFile('pages/p1/large.parquet', '', 'application/vnd.apache.parquet'), source: { path: source } }, { ...elnFile('pages/p1/large.csv', '', 'text/csv'), source: { path: source } }] }
  : entry));
const written = await writeSample(directory, 'large', { ...content, entries });
const { outcome, findings } = await verifyEln(join(directory, 'large.eln'));
process.stdout.write(JSON.stringify({ sizeBytes: written.sizeBytes, outcome, findings, peakBytes: process.resourceUsage().maxRSS * 1024 }));
