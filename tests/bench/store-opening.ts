/** A process of its own that opens a project and prints what that took: `node store-opening.ts PROJECT USER-DATA`. */
import { randomBytes } from 'node:crypto';
import { openProject } from '../../electron/store/store.ts';

const [, , projectDir = '', userDataDir = ''] = process.argv;
const startedAtMs = performance.now();
const store = await openProject({
  projectDir, userDataDir, clock: () => Date.now(), random: (byteCount) => randomBytes(byteCount), person: 'bench', appVersion: '0.0.0',
});
const elapsedMs = performance.now() - startedAtMs;
const { eventCount } = store.stats();
const maxRssMb = process.resourceUsage().maxRSS / 1024;
await store.close();
process.stdout.write(`${JSON.stringify({ elapsedMs, maxRssMb, eventCount })}\n`);
