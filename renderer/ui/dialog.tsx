/** A modal dialog, for what cannot be undone and for short questions. Focus returns on close. */
import type { ReactElement, ReactNode } from 'react';
import { Dialog as AriaDialog, Heading } from 'react-aria-components/Dialog';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { IconButton } from './button.tsx';
import styles from './dialog.module.css';

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons, the primary one last. */
  readonly actions?: ReactNode;
  readonly width?: number;
}

export function Dialog({ title, isOpen, onClose, children, actions, width = 440 }: DialogProps): ReactElement {
  return (
    <ModalOverlay isOpen={isOpen} onOpenChange={(open) => { if (!open) onClose(); }} isDismissable className={styles['overlay'] ?? ''}>
      <Modal className={styles['modal'] ?? ''} style={{ width }}>
        <AriaDialog className={styles['dialog'] ?? ''}>
          <header className={styles['head']}><Heading slot="title" level={2}>{title}</Heading><IconButton icon="close" label="Close" onPress={onClose} /></header>
          <div className={styles['body']}>{children}</div>
          {actions ? <footer className={styles['foot']}>{actions}</footer> : null}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
