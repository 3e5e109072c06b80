/** The questions of the people page: compare eight words, revoke, choose a passphrase, enter a code. */
import { useState, type ReactElement } from 'react';
import { passphraseLength, type Device, type RecoverySheet } from '../../shared/domain/people.ts';
import { toFailure, type Failure } from '../../shared/errors.ts';
import { call } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorPanel } from '../ui/states.tsx';
import { TextField } from '../ui/text-field.tsx';
import { showToast } from '../ui/toast.tsx';
import { EightWords } from './people-eight-words.tsx';
import { deviceName } from './people-words.ts';
import styles from './people-page.module.css';

interface DeviceDialogProps {
  readonly device: Device;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function ConfirmDialog({ device, onClose, onDone }: DeviceDialogProps): ReactElement {
  const name = deviceName(device);
  const { isBusy, failure, run } = useAsk(async () => {
    await call('people.confirm', { device: device.id });
    showToast(`${device.person}’s ${name} is confirmed`, { undo: () => { void call('people.unconfirm', { device: device.id }).then(onDone); } });
    onDone();
  });
  return (
    <Dialog
      title={`Confirm ${device.person}`} isOpen onClose={onClose} width={560}
      actions={<><Button kind="ghost" onPress={onClose}>Not now</Button><Button kind="primary" icon="check" isPending={isBusy} onPress={run}>Yes, all eight words are the same</Button></>}
    >
      <p>Call {device.person}, or sit down together. They find their eight words on the page People of their own computer, <b>{name}</b>. One reads, the other compares.</p>
      <EightWords words={device.words} isLarge label={`The eight words of ${device.person}’s ${name}`} />
      <p><b>Did you read them to each other?</b></p>
      <p className="muted">Do not compare them by e-mail or in a file of this folder: who could change the folder could change those too. By confirming you also trust whom {device.person} has confirmed, and let {device.person} revoke devices.</p>
      {failure ? <ErrorPanel isInline error={failure} /> : null}
    </Dialog>
  );
}

export function RevokeDialog({ device, onClose, onDone }: DeviceDialogProps): ReactElement {
  const [reason, setReason] = useState('');
  const { isBusy, failure, run } = useAsk(async () => {
    await call('people.revoke', { device: device.id, reason: reason.trim() });
    showToast(`${device.person}’s ${deviceName(device)} is revoked`);
    onDone();
  });
  const isReady = reason.trim() !== '';
  return (
    <Dialog
      title={`Revoke ${device.person}’s ${deviceName(device)}`} isOpen onClose={onClose} width={480}
      actions={<><Button kind="ghost" onPress={onClose}>Cancel</Button><Button kind="danger" icon="stopped" isDisabled={!isReady} isPending={isBusy} onPress={run}>Revoke this computer</Button></>}
    >
      <p>What it has done until now stays and stays trusted as before. What it signs from now on is marked in the history of everybody who has confirmed you. Nothing is removed.</p>
      <TextField label="Reason" value={reason} onChange={setReason} autoFocus placeholder="The laptop was lost on the train" hint="Everybody can read it in the history." onEnter={() => { if (isReady) run(); }} />
      {failure ? <ErrorPanel isInline error={failure} /> : null}
    </Dialog>
  );
}

export function SheetDialog({ onClose, onSheet }: { readonly onClose: () => void; readonly onSheet: (sheet: RecoverySheet) => void }): ReactElement {
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [isTried, setIsTried] = useState(false);
  const tooShort = passphrase.trim().length < passphraseLength ? `At least ${passphraseLength} characters; four words are easy to remember.` : null;
  const differs = again !== passphrase ? 'The two are not the same.' : null;
  const { isBusy, failure, run } = useAsk(async () => onSheet(await call('people.sheet', { passphrase })));
  const make = () => {
    setIsTried(true);
    if (tooShort === null && differs === null) run();
  };
  return (
    <Dialog
      title="Make a recovery sheet" isOpen onClose={onClose} width={480}
      actions={<><Button kind="ghost" onPress={onClose}>Cancel</Button><Button kind="primary" icon="key" isPending={isBusy} onPress={make}>Make the sheet</Button></>}
    >
      <p>The sheet is a page of paper with the key of this computer, locked with a passphrase. Should this computer be lost, you go on as yourself on another with both.</p>
      <TextField label="Passphrase" value={passphrase} onChange={setPassphrase} isSecret autoFocus hint={`At least ${passphraseLength} characters. It is not kept anywhere: without it the sheet is of no use.`} error={isTried ? tooShort : null} />
      <TextField label="The same again" value={again} onChange={setAgain} isSecret error={isTried && tooShort === null ? differs : null} onEnter={make} />
      {failure ? <ErrorPanel isInline error={failure} /> : null}
    </Dialog>
  );
}

export function RecoverDialog({ onClose, onDone }: { readonly onClose: () => void; readonly onDone: () => void }): ReactElement {
  const [code, setCode] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const { isBusy, failure, run } = useAsk(async () => {
    const { person } = await call('people.recover', { code, passphrase });
    showToast(`This computer goes on for ${person}’s`);
    onDone();
  });
  const isReady = code.trim() !== '' && passphrase !== '';
  const lineError = failure?.code === 'people/recovery-line' ? `${failure.what} ${failure.fix}` : null;
  const passphraseError = failure?.code === 'people/recovery-passphrase' ? `${failure.what} ${failure.fix}` : null;
  return (
    <Dialog
      title="Recover a computer" isOpen onClose={onClose} width={520}
      actions={<><Button kind="ghost" onPress={onClose}>Cancel</Button><Button kind="primary" isDisabled={!isReady} isPending={isBusy} onPress={run}>Go on as this person</Button></>}
    >
      <p>Type the seven lines of the recovery sheet, or scan its code. Who had confirmed the lost computer then trusts this one, without doing anything.</p>
      <TextField label="Code" value={code} onChange={setCode} lines={7} isMono autoFocus placeholder={'XXXX XXXX XXXX XXXX XXXX'} hint="Capitals, blanks and hyphens do not matter." error={lineError} />
      <TextField label="Passphrase" value={passphrase} onChange={setPassphrase} isSecret error={passphraseError} onEnter={() => { if (isReady) run(); }} />
      <p className={styles['note']}>If the lost computer may be in other hands, revoke it afterwards.</p>
      {failure && lineError === null && passphraseError === null ? <ErrorPanel isInline error={failure} /> : null}
    </Dialog>
  );
}

/** One question at a time; a failure stays in the dialog. */
function useAsk(work: () => Promise<void>): { readonly isBusy: boolean; readonly failure: Failure | null; readonly run: () => void } {
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly failure: Failure | null }>({ isBusy: false, failure: null });
  const run = () => {
    if (state.isBusy) return;
    setState({ isBusy: true, failure: null });
    void work().then(() => setState({ isBusy: false, failure: null }), (thrown: unknown) => setState({ isBusy: false, failure: toFailure(thrown) }));
  };
  return { ...state, run };
}
