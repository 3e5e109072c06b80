/** Keeps a fault in one view from taking the window down: it says so, and the rest stays usable. */
import { Component, type ReactNode } from 'react';
import { toFailure, type Failure } from '../../shared/errors.ts';
import { ErrorPanel } from '../ui/states.tsx';

interface State { readonly failure: Failure | null; }

export class CrashBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { failure: null };

  static getDerivedStateFromError(thrown: unknown): State {
    return { failure: toFailure(thrown) };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    return failure ? <ErrorPanel title="This view stopped" error={failure} onRetry={() => this.setState({ failure: null })} /> : this.props.children;
  }
}
