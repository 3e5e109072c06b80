/** A value that comes from the engine: on its way, failed, or there. Pages answer in this order. */
import { create, type StoreApi, type UseBoundStore } from 'zustand';
import { toFailure, type Failure } from '../../shared/errors.ts';

export type Loadable<T> =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly error: Failure }
  | { readonly status: 'ready'; readonly value: T };

export const loading: Loadable<never> = { status: 'loading' };

export interface Listing<T> {
  readonly useStore: UseBoundStore<StoreApi<{ readonly list: Loadable<readonly T[]> }>>;
  /** Asks again; the old list stays visible meanwhile, and the latest answer wins. */
  readonly reload: () => Promise<void>;
  /** Forgets everything, when the project is closed. */
  readonly clear: () => void;
}

/** A store of all entities of one kind, as one list. */
export function createListing<T>(load: () => Promise<readonly T[]>): Listing<T> {
  const useStore = create<{ readonly list: Loadable<readonly T[]> }>()(() => ({ list: loading }));
  let latest = 0;
  const reload = async (): Promise<void> => {
    const ticket = ++latest;
    if (useStore.getState().list.status === 'failed') useStore.setState({ list: loading });
    const list = await load().then(
      (value): Loadable<readonly T[]> => ({ status: 'ready', value }),
      (thrown: unknown): Loadable<readonly T[]> => ({ status: 'failed', error: toFailure(thrown) }),
    );
    if (ticket === latest) useStore.setState({ list });
  };
  return { useStore, reload, clear: () => { latest += 1; useStore.setState({ list: loading }); } };
}

/** The ready value, or `fallback` before it is there. */
export function valueOr<T, F>(loadable: Loadable<T>, fallback: F): T | F {
  return loadable.status === 'ready' ? loadable.value : fallback;
}
