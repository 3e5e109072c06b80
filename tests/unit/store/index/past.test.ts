import { describe, expect, it } from 'vitest';
import type { Store } from '../../../../electron/store/store.ts';
import { textUpdateOf } from '../../../../electron/store/index/text.ts';
import { logWriter, put } from '../../../support/log-writer.ts';
import { createStore, device, temporaryDirectory } from '../../../support/stores.ts';

async function withRun(): Promise<{ store: Store; run: string; projectDir: string }> {
  const options = device(temporaryDirectory(), 'Ana');
  const store = await createStore(options);
  const run = store.newId<string>();
  store.commit('runs.start', [{ o: 'create', e: run, t: 'run', f: { name: 'first', note: 'a' } }]);
  return { store, run, projectDir: options.projectDir };
}

describe('the past of a thing', () => {
  it('is what it was just after an event, with its sets and its text', async () => {
    const { store, run } = await withRun();
    const started = store.events({ limit: 1 })[0]!;
    const tagged = store.commit('runs.tag', [{ o: 'add', e: run, s: 'tags', x: 'pilot' }, { o: 'text', e: run, u: Buffer.from(textUpdateOf('Hello')).toString('base64') }]);
    store.commit('runs.delete', [{ o: 'set', e: run, f: { deleted: true, name: 'second' } }, { o: 'remove', e: run, s: 'tags', x: 'pilot' }]);
    expect(store.get('run', run)).toBeNull();

    const past = store.past(tagged.hash, [run]);
    expect(past.get('run', run)).toMatchObject({ fields: { name: 'first', note: 'a' }, sets: { tags: ['pilot'] } });
    expect(past.text(run).text).toBe('Hello');
    past.close();
    const earlier = store.past(started.hash, [run]);
    expect([earlier.get('run', run)?.sets, earlier.text(run).text]).toEqual([{}, '']);
    earlier.close();
  });

  it('is empty for an event that is not here', async () => {
    const { store, run } = await withRun();
    const past = store.past('0'.repeat(64), [run]);
    expect([past.find(run), store.event('0'.repeat(64)), store.replaced('0'.repeat(64))]).toEqual([null, null, []]);
    past.close();
  });
});

describe('what an event replaced', () => {
  it('is the value its own session wrote before', async () => {
    const { store, run } = await withRun();
    const { hash } = store.commit('runs.rename', [{ o: 'set', e: run, f: { name: 'second', model: 'mlp' } }]);
    expect(store.replaced(hash).map(({ field, values }) => [field, values.map(({ value }) => value)])).toEqual([['name', ['first']], ['model', []]]);
    expect(store.event(hash)).toMatchObject({ kind: 'runs.rename', person: 'Ana', hash });
  });

  it('is all concurrent values when it settles a conflict, and not what one of them had replaced', async () => {
    const { store, run, projectDir } = await withRun();
    await store.flush();
    const [first] = store.versions(run, 'name');
    const ben = logWriter(store.projectId, 'Ben');
    ben.set(run, { name: 'by Ben' }, { parents: [first!.hash] });
    put(projectDir, ben.path(0), ben.segment(0, 1));
    const cleo = logWriter(store.projectId, 'Cleo');
    cleo.set(run, { name: 'by Cleo' }, { parents: [first!.hash] });
    put(projectDir, cleo.path(0), cleo.segment(0, 1));
    await store.refresh();
    expect(store.conflicts()).toEqual([{ entity: run, field: 'name' }]);
    const { hash } = store.commit('runs.rename', [{ o: 'set', e: run, f: { name: 'agreed' } }]);
    expect(store.replaced(hash)[0]?.values.map(({ value }) => value).sort()).toEqual(['by Ben', 'by Cleo']);
    expect(store.conflicts()).toEqual([]);
  });
});

describe('asking for events', () => {
  it('finds them by person, device, kind, thing and time, page by page', async () => {
    const { store, run, projectDir } = await withRun();
    const ben = logWriter(store.projectId, 'Ben', 0, { startMs: Date.UTC(2026, 5, 1) });
    for (let x = 0; x < 5; x++) ben.set(run, { x }, { atMs: Date.UTC(2026, 5, 1) });
    put(projectDir, ben.path(0), ben.segment(0, 5));
    await store.refresh();
    const hashes = (query: Parameters<Store['events']>[0]) => store.events(query).map(({ hash }) => hash);
    const all = hashes({ limit: 50 });
    expect(all).toHaveLength(7);
    expect(hashes({ limit: 50, person: 'Ben' })).toEqual(all.slice(0, 5));
    expect(hashes({ limit: 50, device: store.deviceId })).toEqual(all.slice(5));
    expect(hashes({ limit: 50, kinds: ['runs.', 'project.'] })).toEqual(all.slice(5));
    expect(hashes({ limit: 50, kinds: [] })).toEqual([]);
    expect(hashes({ limit: 50, entity: run })).toEqual(all.slice(0, 6));
    expect(hashes({ limit: 50, sinceMs: Date.UTC(2026, 5, 1) })).toEqual(all.slice(0, 5));
    expect(hashes({ limit: 50, entity: run, untilMs: Date.UTC(2026, 5, 1) })).toEqual([all[5]]);
    for (const query of [{}, { entity: run }, { person: 'Ben' }]) {
      const paged: string[] = [];
      for (let page = store.events({ ...query, limit: 2 }); page.length > 0; page = store.events({ ...query, limit: 2, before: page.at(-1)!.seq })) {
        paged.push(...page.map(({ hash }) => hash));
      }
      expect(paged).toEqual(hashes({ ...query, limit: 50 }));
    }
  });

  it('counts what each device wrote, without the records of the log itself', async () => {
    const { store, run, projectDir } = await withRun();
    const ben = logWriter(store.projectId, 'Ben');
    ben.add('seen', { heads: {} });
    ben.set(run, { x: 1 });
    put(projectDir, ben.path(0), ben.segment(0, 2));
    await store.refresh();
    expect(store.stats().eventCount).toBe(3);
    expect(store.writers().map(({ person, eventCount, key }) => [person, eventCount, key]).sort()).toEqual([
      ['Ana', 2, store.signingKey.publicKey], ['Ben', 1, ben.key.publicKey],
    ]);
    expect(store.events({ limit: 50, kinds: ['seen', 'session'] })).toEqual([]);
  });
});
