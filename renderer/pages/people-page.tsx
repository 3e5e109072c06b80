/** Who works in this project: the user and this computer, all devices and whom they trust, and the recovery sheet. */
import { useMemo, useState, type ReactElement } from 'react';
import type { People } from '../../shared/contract/people.ts';
import type { Device, RecoverySheet } from '../../shared/domain/people.ts';
import { call } from '../api.ts';
import { useCommands } from '../app/command.ts';
import { PageFrame } from '../app/page-frame.tsx';
import { useReadOnlyReason } from '../state/project.ts';
import { routes } from '../state/route.ts';
import { usePanels } from '../state/ui.ts';
import { useCall } from '../state/use-call.ts';
import { Button } from '../ui/button.tsx';
import { DataTable, type DataColumn } from '../ui/data-table.tsx';
import { formatCount, formatDateTime, formatWhen } from '../ui/format.ts';
import { InlineEdit } from '../ui/inline-edit.tsx';
import { Facts } from '../ui/inspector.tsx';
import { ErrorPanel, Loading } from '../ui/states.tsx';
import { StatusLabel } from '../ui/status-label.tsx';
import { attempt } from '../ui/toast.tsx';
import { ConfirmDialog, RecoverDialog, RevokeDialog, SheetDialog } from './people-dialogs.tsx';
import { DeviceInspector } from './people-device.tsx';
import { EightWords } from './people-eight-words.tsx';
import { SheetView } from './people-sheet.tsx';
import { deviceName, trustWords } from './people-words.ts';
import styles from './people-page.module.css';

type Open = { readonly dialog: 'confirm' | 'revoke'; readonly device: Device } | { readonly dialog: 'sheet' | 'recover' } | null;

export function PeoplePage(): ReactElement {
  const { state, reload } = useCall('people.get', {}, ['device', 'project']);
  const [selected, setSelected] = useState<string | null>(null);
  const [open, setOpen] = useState<Open>(null);
  const [sheet, setSheet] = useState<RecoverySheet | null>(null);
  const readOnlyReason = useReadOnlyReason();
  useCommands([
    { id: 'people.sheet', label: 'Make a recovery sheet', keys: null, icon: 'key', run: () => setOpen({ dialog: 'sheet' }) },
    { id: 'people.recover', label: 'Recover a computer from its sheet', keys: null, icon: 'undo', run: () => setOpen({ dialog: 'recover' }), disabledReason: () => readOnlyReason },
  ]);
  if (sheet) {
    return (
      <PageFrame crumbs={[{ label: 'People', to: routes.people() }]} title="Recovery sheet">
        <SheetView sheet={sheet} onDone={() => setSheet(null)} />
      </PageFrame>
    );
  }
  const device = state.status === 'ready' ? state.value.devices.find(({ id }) => id === selected) : undefined;
  const close = () => setOpen(null);
  const change = () => { close(); reload(); };
  return (
    <PageFrame
      title="People"
      count={state.status === 'ready' ? state.value.devices.length : undefined}
      actions={<>
        <Button icon="undo" disabledReason={readOnlyReason} onPress={() => setOpen({ dialog: 'recover' })}>Recover a computer</Button>
        <Button icon="key" onPress={() => setOpen({ dialog: 'sheet' })}>Make a recovery sheet</Button>
      </>}
      inspector={device ? (
        <DeviceInspector
          device={device} readOnlyReason={readOnlyReason} onClose={() => setSelected(null)} onChanged={reload}
          onConfirm={() => setOpen({ dialog: 'confirm', device })} onRevoke={() => setOpen({ dialog: 'revoke', device })}
        />
      ) : null}
    >
      {state.status === 'loading' ? <Loading label="Reading who has written" />
        : state.status === 'failed' ? <ErrorPanel title="The people could not be read" error={state.error} onRetry={reload} />
          : <Content people={state.value} selected={selected} isReadOnly={readOnlyReason !== null} onSelect={(id) => { setSelected(id); usePanels.setState({ isInspectorOpen: true }); }} onConfirm={(one) => setOpen({ dialog: 'confirm', device: one })} onChanged={reload} />}
      {open?.dialog === 'confirm' ? <ConfirmDialog device={open.device} onClose={close} onDone={change} /> : null}
      {open?.dialog === 'revoke' ? <RevokeDialog device={open.device} onClose={close} onDone={change} /> : null}
      {open?.dialog === 'sheet' ? <SheetDialog onClose={close} onSheet={(made) => { close(); setSheet(made); }} /> : null}
      {open?.dialog === 'recover' ? <RecoverDialog onClose={close} onDone={change} /> : null}
    </PageFrame>
  );
}

interface ContentProps {
  readonly people: People;
  readonly selected: string | null;
  readonly isReadOnly: boolean;
  readonly onSelect: (id: string) => void;
  readonly onConfirm: (device: Device) => void;
  readonly onChanged: () => void;
}

function Content({ people, selected, isReadOnly, onSelect, onConfirm, onChanged }: ContentProps): ReactElement {
  const here = people.devices.find(({ trust }) => trust === 'this');
  const unconfirmed = people.devices.filter(({ trust }) => trust === 'unconfirmed');
  const rename = (channel: 'people.rename' | 'people.nameDevice') => (name: string) => { void attempt(() => call(channel, { name })).then(onChanged); };
  return (
    <div className={styles['page']}>
      <section className={styles['me']} aria-labelledby="me">
        <div>
          <h2 id="me">You</h2>
          <Facts facts={[
            { term: 'Name', value: <InlineEdit label="Your name" value={people.person} isRequired isReadOnly={isReadOnly} maxLength={120} onCommit={rename('people.rename')} /> },
            { term: 'This computer', value: <InlineEdit label="Name of this computer" value={here ? deviceName(here) : ''} isRequired isReadOnly={isReadOnly} maxLength={120} onCommit={rename('people.nameDevice')} /> },
          ]} />
          <p className={styles['note']}>Everything you do is signed with the key of this computer.</p>
        </div>
        {here ? (
          <div>
            <h3>Your eight words</h3>
            <EightWords words={here.words} label="The eight words of this computer" />
            <p className={styles['note']}>Read them to a colleague, on the telephone or face to face, so that they can confirm you.</p>
          </div>
        ) : null}
      </section>
      <section className={styles['devices']} aria-labelledby="devices">
        <h2 id="devices">Computers that have written here</h2>
        {unconfirmed.length === 0 ? null : (
          <div className={styles['ask']}>
            <StatusLabel tone="warn">{unconfirmed.length === 1 ? `Nobody has confirmed ${unconfirmed[0]?.person}’s ${deviceName(unconfirmed[0]!)} yet` : `Nobody has confirmed ${unconfirmed.length} of these computers yet`}</StatusLabel>
            {isReadOnly ? null : <Button isSmall icon="check" onPress={() => onConfirm(unconfirmed[0]!)}>Confirm {unconfirmed[0]?.person}</Button>}
          </div>
        )}
        <DeviceTable devices={people.devices} selected={selected} onSelect={onSelect} />
      </section>
    </div>
  );
}

function DeviceTable({ devices, selected, onSelect }: { readonly devices: readonly Device[]; readonly selected: string | null; readonly onSelect: (id: string) => void }): ReactElement {
  const [nowMs] = useState(() => Date.now());
  const columns = useMemo(() => deviceColumns(nowMs), [nowMs]);
  return (
    <div className={styles['table']}>
      <DataTable<Device> label="Computers" rows={devices} columns={columns} rowId={({ id }) => id} rowLabel={({ person }) => person} current={selected} onCurrent={onSelect} isComfortable storageKey="people" />
    </div>
  );
}

function deviceColumns(nowMs: number): readonly DataColumn<Device>[] {
  return [
    { id: 'person', header: 'Person', width: 168, isGrowing: true, value: ({ person }) => person },
    { id: 'computer', header: 'Computer', width: 168, value: deviceName },
    {
      id: 'trust', header: 'Trust', width: 208, value: (device) => trustWords(device).word, title: (device) => trustWords(device).detail,
      cell: (device) => { const { tone, word } = trustWords(device); return <StatusLabel tone={tone}>{word}</StatusLabel>; },
    },
    { id: 'words', header: 'First words', width: 176, isSortable: false, value: ({ words }) => words.slice(0, 3).join(' '), title: ({ words }) => words.join(' '), cell: ({ words }) => <span className="mono muted">{words.slice(0, 3).join(' ')}{' …'}</span> },
    { id: 'events', header: 'Events', width: 80, align: 'right', value: ({ eventCount }) => eventCount, cell: ({ eventCount }) => formatCount(eventCount) },
    {
      id: 'flagged', header: 'After revocation', hint: 'Events that it signed and that the one who revoked it had not seen', width: 120, align: 'right',
      value: ({ afterRevocationCount }) => afterRevocationCount, cell: ({ afterRevocationCount }) => (afterRevocationCount === 0 ? '–' : <StatusLabel tone="danger">{formatCount(afterRevocationCount)}</StatusLabel>),
    },
    {
      id: 'last', header: 'Last activity', width: 112, align: 'right', isDescendingFirst: true, value: ({ lastAtMs }) => lastAtMs,
      title: ({ lastAtMs }) => (lastAtMs === null ? '' : formatDateTime(lastAtMs)), cell: ({ lastAtMs }) => <span className="muted">{lastAtMs === null ? '–' : formatWhen(lastAtMs, nowMs)}</span>,
    },
  ];
}
