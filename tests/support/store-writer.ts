/** A process that commits until it is killed, and prints the name of each run once its commit has returned. */
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { openProject } from '../../electron/store/store.ts';

const [projectDir = '', userDataDir = '', prefix = ''] = process.argv.slice(2);
const store = await openProject({
  projectDir, userDataDir, clock: Date.now, random: (byteCount) => new Uint8Array(randomBytes(byteCount)), person: 'writer', appVersion: '0.0.0',
});
writeSync(1, 'open\n');
for (let i = 0; ; i++) {
  const name = `${prefix}-${i}`;
  const { hash } = await store.putObject({ bytes: new TextEncoder().encode(name) });
  store.commit('runs.start', [{ o: 'create', e: store.newId(), t: 'run', f: { name } }], { objects: [hash] });
  writeSync(1, `${name}\n`);
  if (i % 5 === 4) await store.flush();
}
