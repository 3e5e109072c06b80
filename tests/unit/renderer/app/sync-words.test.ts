import { describe, expect, it } from 'vitest';
import { incomingSentence, outgoingSentence, peerSentence } from '../../../../renderer/app/sync-words.ts';
import type { SyncPeer, SyncStatus } from '../../../../shared/domain/sync.ts';

const nowMs = new Date(2026, 10, 23, 15, 0).getTime();
const at = (hour: number, minute: number): number => new Date(2026, 10, 23, hour, minute).getTime();
const quiet: SyncStatus = {
  unpublishedCount: 0, unpublishedSinceMs: null, lastPublishedAtMs: at(14, 2), publishFailure: null, readOnlyReason: null, lastReceivedAtMs: null, hasFileEvents: true,
  awaited: [], peers: [], problems: [], conflictCount: 0, notices: [],
};
const peer: SyncPeer = { device: 'd', name: null, person: 'Ana', isThis: false, eventCount: 3, lastAtMs: at(14, 6), awaitedCount: 0 };

describe('the panel of the folder', () => {
  it('says where one\'s own changes are', () => {
    expect(outgoingSentence(quiet, nowMs)).toBe('Everything is in the folder since 14:02.');
    expect(outgoingSentence({ ...quiet, lastPublishedAtMs: null }, nowMs)).toBe('Everything is in the folder.');
    expect(outgoingSentence({ ...quiet, unpublishedCount: 1, unpublishedSinceMs: at(14, 5) }, nowMs)).toBe('1 change is safe on this computer since 14:05 and not yet in the folder. They go there within a minute.');
    expect(outgoingSentence({ ...quiet, unpublishedCount: 2, publishFailure: 'The disk is full.' }, nowMs)).toBe('2 changes are safe on this computer and not yet in the folder. The last attempt failed: The disk is full. It is repeated by itself.');
    expect(outgoingSentence({ ...quiet, readOnlyReason: 'the folder cannot be written' }, nowMs)).toBe('This project is open for reading only: the folder cannot be written.');
  });

  it('says how what others do gets here, and when something last did', () => {
    expect(incomingSentence(quiet, nowMs)).toBe('New files are seen at once.');
    expect(incomingSentence({ ...quiet, hasFileEvents: false, lastReceivedAtMs: at(14, 7) }, nowMs)).toBe('Something last came in at 14:07. The folder is looked at every few seconds.');
  });

  it('says of a device only what its files say', () => {
    expect(peerSentence(peer, nowMs)).toBe('last change 14:06 · 3 changes');
    expect(peerSentence({ ...peer, lastAtMs: null, eventCount: 0, awaitedCount: 2 }, nowMs)).toBe('nothing yet · 0 changes · waiting for 2 files');
  });
});
