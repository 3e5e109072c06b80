import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createPage, getPage, listPages, removeBlock, renamePage, restoreBlock, editBlock } from '../../../electron/app/pages.ts';
import { announceSync, dismissNotice, explainProblems, summariseProblems, syncNow, syncStatus } from '../../../electron/app/sync.ts';
import { textUpdateOf } from '../../../electron/store/index/text.ts';
import { issueWords, savedWords, waitingWords } from '../../../shared/domain/sync-words.ts';
import type { SyncStatus } from '../../../shared/domain/sync.ts';
import { exchange, twoPeople } from '../../support/people.ts';
import { codeThrownBy, filesBelow, syncFolders, temporaryDirectory } from '../../support/stores.ts';

const at = (): string => '14:02';
const quiet: SyncStatus = {
  unpublishedCount: 0, unpublishedSinceMs: null, lastPublishedAtMs: 1, publishFailure: null, readOnlyReason: null, lastReceivedAtMs: null, hasFileEvents: true,
  awaited: [], peers: [], problems: [], conflictCount: 0, notices: [],
};
const problem = (kind: SyncStatus['problems'][number]['kind'], file = 'log/x.seg') => ({ kind, file, device: null, what: 'it is so', meaning: 'It means this.' });

describe('the state of the folder in words', () => {
  it('says where one\'s own changes are', () => {
    expect(savedWords(quiet, at)).toEqual({ tone: 'ok', text: 'In the folder, 14:02' });
    expect(savedWords({ ...quiet, lastPublishedAtMs: null }, at).text).toBe('In the folder');
    expect(savedWords({ ...quiet, unpublishedCount: 3 }, at)).toEqual({ tone: 'plain', text: 'Saved, 3 changes not yet in the folder' });
    expect(savedWords({ ...quiet, unpublishedCount: 1 }, at).text).toBe('Saved, 1 change not yet in the folder');
    expect(savedWords({ ...quiet, unpublishedCount: 1, publishFailure: 'The disk is full.' }, at).tone).toBe('warn');
    expect(savedWords({ ...quiet, readOnlyReason: 'it lies on a read-only disk' }, at)).toEqual({ tone: 'warn', text: 'Read only: it lies on a read-only disk' });
  });

  it('names the gravest thing that needs attention', () => {
    expect(issueWords(quiet)).toBeNull();
    const waiting = { ...quiet, awaited: [{ device: 'a', person: 'Ana', segmentCount: 3 }] };
    expect(issueWords(waiting)?.text).toBe('Waiting for 3 files from Ana');
    expect(issueWords({ ...waiting, conflictCount: 1 })?.text).toBe('2 versions');
    expect(issueWords({ ...waiting, conflictCount: 2 })?.text).toBe('2 versions of 2 values');
    expect(issueWords({ ...waiting, conflictCount: 1, problems: [problem('damaged')] })).toEqual({ tone: 'danger', text: '1 damaged file' });
    expect(issueWords({ ...quiet, problems: [problem('missing'), problem('missing', 'log/y.seg')] })?.text).toBe('2 missing files');
    expect(issueWords({ ...quiet, problems: [problem('foreign')] })?.text).toBe('1 foreign file');
    expect(issueWords({ ...quiet, problems: [problem('local', 'log')] })).toBeNull();
    expect(issueWords({ ...waiting, problems: [problem('local', 'reserve'), problem('damaged')] })?.text).toBe('A problem on this computer');
  });

  it('names whom it waits for, and counts a file without a known writer too', () => {
    const from = (...people: string[]) => waitingWords({ ...quiet, awaited: people.map((person, i) => ({ device: String(i), person, segmentCount: 1 })) });
    expect(from('Ana')).toBe('Waiting for 1 file from Ana');
    expect(from('Ana', 'Ben')).toBe('Waiting for 2 files from Ana and Ben');
    expect(from('Ana', 'Ana')).toBe('Waiting for 2 files from Ana');
    expect(from('Ana', 'Ben', 'Cai')).toBe('Waiting for 3 files from 3 people');
    expect(waitingWords({ ...quiet, problems: [problem('waiting')] })).toBe('Waiting for 1 file');
  });

  it('says of each problem what it means and whom to ask', () => {
    const reader = { ownDevice: 'own', personOf: (device: string) => (device === 'peer' ? 'Ana' : null) };
    const meaning = (kind: SyncStatus['problems'][number]['kind'], device: string | null, file = 'log/x.seg') => explainProblems([{ kind, file, device, what: 'it is so' }], reader)[0]?.meaning;
    expect(meaning('waiting', 'peer')).toContain('Waiting for what is not here yet from Ana; your file sync will bring it');
    expect(meaning('damaged', 'peer')).toContain('what it said is missing until a good copy comes: ask Ana for it.');
    expect(meaning('damaged', null)).toContain('ask whoever wrote it for it');
    expect(meaning('damaged', 'own')).toContain('this computer wrote');
    expect(meaning('damaged', null, 'obj/aa/bb')).toContain('is not used');
    expect(meaning('missing', 'peer')).toContain('put it back from Ana\'s folder or a backup');
    expect(meaning('foreign', null)).toContain('another project');
    expect(meaning('local', null, 'log')).toContain('safe on this computer');
    expect(meaning('local', null, 'outbox.db')).toContain('may be lost');
    expect(meaning('local', null, 'reserve')).toContain('Free some space now');
    expect(meaning('local', null, '.')).toContain('Connect the drive');
    expect(summariseProblems([])).toBe('no problems');
    expect(summariseProblems([problem('damaged'), problem('damaged'), problem('waiting')])).toBe('3 problems: 2 damaged, 1 waiting');
  });
});

describe('the state of the folder', () => {
  it('tells what has not reached the folder, and that it has after looking again', async () => {
    const { ana } = await twoPeople(temporaryDirectory());
    createPage(ana.context, 'Findings');
    expect(syncStatus(ana.context)).toMatchObject({ unpublishedCount: 1, readOnlyReason: null });
    await syncNow(ana.context);
    expect(syncStatus(ana.context)).toMatchObject({ unpublishedCount: 0, problems: [] });
  });

  it('has everybody who wrote, this computer first', async () => {
    const { ana, ben } = await twoPeople(temporaryDirectory());
    createPage(ben.context, 'From Ben');
    await exchange(ana, ben);
    const { peers, lastReceivedAtMs } = syncStatus(ana.context);
    expect(peers.map(({ person, isThis }) => [person, isThis])).toEqual([['Ana', true], ['Ben', false]]);
    expect(peers[1]).toMatchObject({ device: ben.store.deviceId, eventCount: 1, awaitedCount: 0 });
    expect(lastReceivedAtMs).not.toBeNull();
    expect(listPages(ana.context).map(({ title }) => title)).toEqual(['From Ben']);
  });

  it('names the person whose file is awaited, and nobody once it is there', async () => {
    const { ana, ben } = await twoPeople(temporaryDirectory());
    createPage(ben.context, 'One');
    await ben.store.flush();
    createPage(ben.context, 'Two');
    await ben.store.flush();
    const files = filesBelow(join(ben.folder, 'log', ben.store.deviceId));
    syncFolders(ben.folder, ana.folder);
    const early = join(ana.folder, 'log', ben.store.deviceId, files[0]!);
    rmSync(early);
    await ana.store.refresh();
    expect(waitingWords(syncStatus(ana.context))).toBe('Waiting for 1 file from Ben');
    cpSync(join(ben.folder, 'log', ben.store.deviceId, files[0]!), early);
    await ana.store.refresh();
    expect(waitingWords(syncStatus(ana.context))).toBeNull();
    expect(listPages(ana.context)).toHaveLength(2);
  });

  it('explains a file that was changed on the way, and forgets it when a good copy comes', async () => {
    const { ana, ben } = await twoPeople(temporaryDirectory());
    createPage(ben.context, 'One');
    await ben.store.flush();
    syncFolders(ben.folder, ana.folder);
    const [name] = readdirSync(join(ana.folder, 'log', ben.store.deviceId));
    const path = join(ana.folder, 'log', ben.store.deviceId, name!);
    const good = readFileSync(path);
    const bad = Buffer.from(good);
    bad[200] = bad[200]! ^ 1;
    writeFileSync(path, bad);
    await ana.store.refresh();
    const status = syncStatus(ana.context);
    expect(status.problems).toMatchObject([{ kind: 'damaged', meaning: expect.stringContaining('until a good copy comes') }]);
    expect(issueWords(status)?.text).toBe('1 damaged file');
    writeFileSync(path, Buffer.concat([good]));
    await ana.store.refresh();
    expect(syncStatus(ana.context).problems).toEqual([]);
  });

  it('refuses to dismiss a notice that there is not', async () => {
    const { ana } = await twoPeople(temporaryDirectory());
    expect(await codeThrownBy(() => dismissNotice(ana.context, 'none'))).toBe('store/not-found');
  });

  it('is announced at once, and then the last change of a burst', async () => {
    const { ana } = await twoPeople(temporaryDirectory());
    vi.useFakeTimers();
    try {
      let count = 0;
      const stop = announceSync(ana.store, () => (count += 1), 200);
      for (let i = 0; i < 10; i++) createPage(ana.context, `Page ${i}`);
      expect(count).toBe(1);
      vi.advanceTimersByTime(1000);
      expect(count).toBe(2);
      stop();
      createPage(ana.context, 'After the end');
      expect(count).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('an edit that was begun before another came in', () => {
  it('keeps both values as two versions', async () => {
    const { ana, ben } = await twoPeople(temporaryDirectory());
    const { id } = createPage(ana.context, 'Findings');
    await exchange(ana, ben);
    renamePage(ben.context, id, 'Ben\'s findings');
    await exchange(ana, ben);
    renamePage(ana.context, id, 'Ana\'s findings', 'Findings');
    await exchange(ana, ben);
    for (const { store } of [ana, ben]) {
      expect(store.versions(id, 'title').map(({ value }) => value).sort()).toEqual(['Ana\'s findings', 'Ben\'s findings']);
      expect(syncStatus({ store, watching: { hasFileEvents: false } }).conflictCount).toBe(1);
    }
    expect(ana.store.stateHash()).toBe(ben.store.stateHash());
  });

  it('replaces what its writer saw, and everything where they did not say', async () => {
    const { ana, ben } = await twoPeople(temporaryDirectory());
    const { id } = createPage(ana.context, 'Findings');
    await exchange(ana, ben);
    renamePage(ben.context, id, 'Second');
    await exchange(ana, ben);
    renamePage(ana.context, id, 'Third', 'Second');
    await exchange(ana, ben);
    expect(ben.store.versions(id, 'title').map(({ value }) => value)).toEqual(['Third']);
    renamePage(ben.context, id, 'Fourth');
    await exchange(ana, ben);
    expect(ana.store.versions(id, 'title').map(({ value }) => value)).toEqual(['Fourth']);
  });

  it('keeps what was typed into a block that somebody removed meanwhile', async () => {
    const { ana, ben } = await twoPeople(temporaryDirectory());
    const { id } = createPage(ana.context, 'Findings');
    await exchange(ana, ben);
    const block = getPage(ben.context, id).blocks[0]!;
    removeBlock(ben.context, block.id);
    await exchange(ana, ben);
    editBlock(ana.context, block.id, textUpdateOf('Last words'));
    await exchange(ana, ben);
    restoreBlock(ben.context, block.id);
    expect(getPage(ben.context, id).blocks[0]?.content).toMatchObject({ text: 'Last words' });
  });
});
