/** On what it trains, and what makes it the same run again. */
import type { ReactElement } from 'react';
import type { ProviderStatus } from '../../shared/domain/providers.ts';
import type { TrainConfig } from '../../shared/domain/train-config.ts';
import { providerNames } from '../../shared/domain/train-config.ts';
import { providerTitles } from '../../shared/domain/providers.ts';
import { RouteLink } from '../app/link.tsx';
import type { Loadable } from '../state/loadable.ts';
import { routes } from '../state/route.ts';
import { Select, type SelectOption } from '../ui/select.tsx';
import { Switch } from '../ui/toggles.tsx';
import { Advanced, Fields, NumberField, Section, type TrainForm } from './train-inputs.tsx';

type Provider = TrainConfig['provider'];

export function ComputeSection({ form, providers }: { readonly form: TrainForm; readonly providers: Loadable<readonly ProviderStatus[]> }): ReactElement {
  const { provider, precision, model } = form.draft.config;
  const encodesCategories = !('image' in model) && model.kind !== 'imported';
  return (
    <Section title="Compute" end={<RouteLink to={routes.settings()}>What this computer can train on</RouteLink>}>
      <Fields>
        <Select<Provider>
          label="Provider" value={provider} options={providerOptions(providers)} error={form.errors['provider']} onChange={(name) => form.choose('provider', name)}
          hint={provider === 'auto' ? 'The fastest that passed its check here' : provider === 'cpu' ? 'Bit for bit the same again' : 'Close to the CPU, not bit for bit'}
        />
        <NumberField form={form} path="seed" />
        <NumberField form={form} path="threadCount" />
      </Fields>
      <Advanced what={`Advanced: checkpoints, precision${encodesCategories ? ', categories' : ''}`} form={form} paths={['checkpointSeconds', 'maxCategories']}>
        <Fields>
          <NumberField form={form} path="checkpointSeconds" />
          {encodesCategories ? <NumberField form={form} path="maxCategories" /> : null}
        </Fields>
        <Switch isSelected={precision === 'mixed'} onChange={(on) => form.choose('precision', on ? 'mixed' : 'float32')}>Mixed precision: multiply in 16 bit where the provider gains from it</Switch>
      </Advanced>
    </Section>
  );
}

/** Those that can be used first; the others with the reason. */
function providerOptions(providers: Loadable<readonly ProviderStatus[]>): SelectOption<Provider>[] {
  const known = providers.status === 'ready' ? providers.value : [];
  const named = providerNames.map((name): SelectOption<Provider> => {
    const status = known.find((each) => each.name === name);
    if (name === 'cpu') return { value: name, label: providerTitles[name], ...(status?.device ? { description: status.device } : {}) };
    const why = status === undefined ? (providers.status === 'loading' ? 'Looking whether it is there' : 'Unknown') : status.reason;
    return { value: name, label: providerTitles[name], isDisabled: status?.isAvailable !== true, description: (status?.isAvailable ? status.device : why) ?? '' };
  });
  const auto: SelectOption<Provider> = { value: 'auto', label: 'Automatic', description: 'Measures what is there, then takes the fastest' };
  const isUsable = (option: SelectOption<Provider>): boolean => option.isDisabled !== true;
  return [auto, ...named.filter(isUsable), ...named.filter((option) => !isUsable(option))];
}
