/** One answer of the engine for the view that is open; asks again when the input or the named entities change. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ChannelName, Input, Output } from '../../shared/contract/index.ts';
import { toFailure } from '../../shared/errors.ts';
import { call } from '../api.ts';
import { useReloadOn } from './changes.ts';
import { loading, type Loadable } from './loadable.ts';

export interface Call<T> {
  readonly state: Loadable<T>;
  readonly reload: () => void;
}

/** `input` null asks nothing. The old answer stays while the same question is asked again. */
export function useCall<N extends ChannelName>(name: N, input: Input<N> | null, refreshOn: readonly string[] = []): Call<Output<N>> {
  const key = input === null ? null : JSON.stringify(input);
  const [answer, setAnswer] = useState<{ readonly key: string | null; readonly state: Loadable<Output<N>> }>({ key: null, state: loading });
  const ticket = useRef(0);
  const reload = useCallback(() => {
    if (key === null) return;
    const mine = ++ticket.current;
    setAnswer((before) => (before.key === key && before.state.status === 'ready' ? before : { key, state: loading }));
    void call(name, JSON.parse(key) as Input<N>).then(
      (value): Loadable<Output<N>> => ({ status: 'ready', value }),
      (thrown: unknown): Loadable<Output<N>> => ({ status: 'failed', error: toFailure(thrown) }),
    ).then((state) => { if (mine === ticket.current) setAnswer({ key, state }); });
  }, [name, key]);
  useEffect(() => {
    reload();
    return () => { ticket.current += 1; };
  }, [reload]);
  useReloadOn(refreshOn, reload);
  return { state: answer.key === key ? answer.state : loading, reload };
}
