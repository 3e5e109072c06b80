/** What the panel says about the folder, line by line; plain text made of data. */
import type { SyncPeer, SyncStatus } from '../../shared/domain/sync.ts';
import { counted } from '../../shared/domain/sync-words.ts';
import { formatWhen } from '../ui/format.ts';

/** Where one's own changes are, in full. */
export function outgoingSentence(status: SyncStatus, nowMs: number): string {
  if (status.readOnlyReason !== null) return `This project is open for reading only: ${status.readOnlyReason}.`;
  if (status.unpublishedCount === 0) {
    return status.lastPublishedAtMs === null ? 'Everything is in the folder.' : `Everything is in the folder since ${formatWhen(status.lastPublishedAtMs, nowMs)}.`;
  }
  const since = status.unpublishedSinceMs === null ? '' : ` since ${formatWhen(status.unpublishedSinceMs, nowMs)}`;
  const waiting = `${counted(status.unpublishedCount, 'change')} ${status.unpublishedCount === 1 ? 'is' : 'are'} safe on this computer${since} and not yet in the folder.`;
  return status.publishFailure === null ? `${waiting} They go there within a minute.` : `${waiting} The last attempt failed: ${status.publishFailure} It is repeated by itself.`;
}

/** How what others do gets here. */
export function incomingSentence(status: SyncStatus, nowMs: number): string {
  const how = status.hasFileEvents ? 'New files are seen at once.' : 'The folder is looked at every few seconds.';
  return status.lastReceivedAtMs === null ? how : `Something last came in at ${formatWhen(status.lastReceivedAtMs, nowMs)}. ${how}`;
}

/** What is known of a device from its files; whether its owner is at work now is not known. */
export function peerSentence(peer: SyncPeer, nowMs: number): string {
  const facts = [peer.lastAtMs === null ? 'nothing yet' : `last change ${formatWhen(peer.lastAtMs, nowMs)}`, counted(peer.eventCount, 'change')];
  if (peer.awaitedCount > 0) facts.push(`waiting for ${counted(peer.awaitedCount, 'file')}`);
  return facts.join(' \u00b7 ');
}
