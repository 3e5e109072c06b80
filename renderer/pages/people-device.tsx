/** One device: its words, who vouches for it, what it did, and what the user can say about it. */
import type { ReactElement } from 'react';
import type { Device } from '../../shared/domain/people.ts';
import { call } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { formatCount, formatDateTime, formatPlural } from '../ui/format.ts';
import { Facts, Inspector, InspectorSection } from '../ui/inspector.tsx';
import { StatusLabel } from '../ui/status-label.tsx';
import { attempt } from '../ui/toast.tsx';
import { EightWords } from './people-eight-words.tsx';
import { deviceName, trustWords } from './people-words.ts';
import styles from './people-page.module.css';

interface DeviceInspectorProps {
  readonly device: Device;
  readonly readOnlyReason: string | null;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  readonly onRevoke: () => void;
  readonly onChanged: () => void;
}

export function DeviceInspector({ device, readOnlyReason, onClose, onConfirm, onRevoke, onChanged }: DeviceInspectorProps): ReactElement {
  const { tone, word, detail } = trustWords(device);
  const unconfirm = () => {
    void attempt(() => call('people.unconfirm', { device: device.id }).then(onChanged), {
      done: `${device.person}’s ${deviceName(device)} is not confirmed by you any more`,
      undo: () => call('people.confirm', { device: device.id }).then(onChanged),
    });
  };
  return (
    <Inspector title={`${device.person}, ${deviceName(device)}`} onClose={onClose}>
      <InspectorSection title="Trust">
        <StatusLabel tone={tone}>{word}</StatusLabel>
        <p className={styles['note']}>{detail}</p>
        {device.revoked && device.afterRevocationCount > 0 ? <p className={styles['flagged']}>{formatPlural(device.afterRevocationCount, 'event')} of it came after that and {device.afterRevocationCount === 1 ? 'is' : 'are'} marked in the history. Nothing of it was removed.</p> : null}
        {device.trust === 'this' ? null : (
          <div className={styles['actions']}>
            {device.isOwn && device.trust !== 'revoked' ? null : device.isConfirmedHere && device.trust !== 'revoked' ? <Button icon="undo" disabledReason={readOnlyReason} onPress={unconfirm}>Take confirmation back</Button>
              : <Button kind={device.trust === 'unconfirmed' ? 'primary' : 'plain'} icon="check" disabledReason={readOnlyReason} onPress={onConfirm}>{device.trust === 'revoked' ? 'Confirm again' : 'Confirm'}</Button>}
            {device.trust === 'revoked' ? null : <Button kind="danger" icon="stopped" disabledReason={readOnlyReason} onPress={onRevoke}>Revoke</Button>}
          </div>
        )}
      </InspectorSection>
      <InspectorSection title="Eight words"><EightWords words={device.words} label={`The eight words of ${device.person}’s ${deviceName(device)}`} /></InspectorSection>
      <InspectorSection title="Facts">
        <Facts facts={[
          { term: 'Person', value: device.person },
          { term: 'Computer', value: deviceName(device) },
          { term: 'Device', value: <CopyText value={device.id} label="the id of the device" /> },
          ...(device.replaces ? [{ term: 'Goes on for', value: <CopyText value={device.replaces} label="the id of the device it goes on for" /> }] : []),
          ...device.confirmedBy.map(({ person, atMs, device: by }) => ({ term: 'Confirmed', value: `by ${person}, ${formatDateTime(atMs)}`, title: by })).slice(0, 1),
          ...(device.revoked ? [{ term: 'Revoked', value: `by ${device.revoked.person}, ${formatDateTime(device.revoked.atMs)}` }] : []),
          { term: 'Events', value: formatCount(device.eventCount) },
          { term: 'First', value: device.firstAtMs === null ? '–' : formatDateTime(device.firstAtMs) },
          { term: 'Last', value: device.lastAtMs === null ? '–' : formatDateTime(device.lastAtMs) },
        ]} />
      </InspectorSection>
    </Inspector>
  );
}
