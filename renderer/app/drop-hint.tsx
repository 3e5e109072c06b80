/** While files are dragged over the window: says what dropping them will do. The preload script takes the drop itself. */
import { useEffect, useState, type ReactElement } from 'react';
import { Icon } from '../ui/icon.tsx';
import styles from './drop-hint.module.css';

export function DropHint({ isProjectOpen }: { readonly isProjectOpen: boolean }): ReactElement | null {
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    // Drag events bubble from every element; none for a moment means that the pointer has left the window.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = () => { clearTimeout(timer); setIsOver(false); };
    const onDragOver = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      setIsOver(true);
      clearTimeout(timer);
      timer = setTimeout(hide, 400);
    };
    addEventListener('dragover', onDragOver);
    addEventListener('drop', hide, true);
    return () => { hide(); removeEventListener('dragover', onDragOver); removeEventListener('drop', hide, true); };
  }, []);
  if (!isOver) return null;
  return (
    <div className={styles['hint']} role="status">
      <p><Icon name={isProjectOpen ? 'upload' : 'folder'} />{isProjectOpen ? 'Drop to look at the data before it is imported' : 'Open a project first'}</p>
    </div>
  );
}
