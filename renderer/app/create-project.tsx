/** Asks for the name of a new project; the system's dialog then asks for its folder. */
import { useState, type ReactElement } from 'react';
import { createProject } from '../state/project.ts';
import { showOverlay } from '../state/ui.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/text-field.tsx';
import { attempt } from '../ui/toast.tsx';

export function CreateProject(): ReactElement {
  const [name, setName] = useState('');
  const close = () => showOverlay(null);
  const create = () => {
    if (name.trim() === '') return;
    close();
    void attempt(() => createProject(name.trim()));
  };
  return (
    <Dialog
      title="New project" isOpen onClose={close}
      actions={<><Button kind="ghost" onPress={close}>Cancel</Button><Button kind="primary" isDisabled={name.trim() === ''} onPress={create}>Choose folder and create</Button></>}
    >
      <TextField label="Name of the project" value={name} onChange={setName} autoFocus placeholder="Flight delays" hint="Next you choose the folder that will hold it. This project stays as it is." onEnter={create} />
    </Dialog>
  );
}
