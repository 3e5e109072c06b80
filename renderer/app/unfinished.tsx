/** Stands for a screen that is not there. */
import type { ReactElement } from 'react';
import { useRoute } from '../state/route.ts';
import { EmptyState } from '../ui/states.tsx';
import { PageFrame } from './page-frame.tsx';

export function Unfinished(): ReactElement {
  const { screen } = useRoute();
  return <PageFrame title={screen}><EmptyState>This screen is not here yet.</EmptyState></PageFrame>;
}
