/** The left rail: the project and its menu, search, the pages, the screens with their counts, and who is working. */
import { type ReactElement, type ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import type { ProjectInfo } from '../../shared/contract/project.ts';
import { usePages } from '../state/pages.ts';
import { openProject, useShell } from '../state/project.ts';
import { routes, useRoute, type Route } from '../state/route.ts';
import { showOverlay, usePanels } from '../state/ui.ts';
import { IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { formatCount } from '../ui/format.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { KeyHint } from '../ui/key-hint.tsx';
import { Menu, type MenuEntry } from '../ui/menu.tsx';
import { attempt } from '../ui/toast.tsx';
import { globalCommands, runCommand } from './commands.ts';
import { RouteLink } from './link.tsx';
import { Splitter } from './splitter.tsx';
import styles from './rail.module.css';

export function Rail({ project }: { readonly project: ProjectInfo }): ReactElement {
  const railWidth = usePanels((state) => state.railWidth);
  const route = useRoute();
  const { counts } = project;
  const is = (...screens: readonly string[]) => screens.includes(route.screen);
  return (
    <nav className={styles['rail']} aria-label="Project">
      <ProjectMenu project={project} />
      <button type="button" className={styles['find']} onClick={() => showOverlay('palette')} aria-label="Search and commands">
        <Icon name="search" /><span className={styles['word']}>Search</span><KeyHint keys="mod+k" />
      </button>
      <div className={styles['scroll']}>
        <Pages />
        <div className={styles['section']}><span>Project</span></div>
        <ul>
          <Item to={routes.datasets()} icon="database" label="Datasets" count={counts.datasets} isOn={is('datasets', 'import')} />
          <Item to={routes.sql()} icon="terminal" label="SQL" isOn={is('sql')} />
          <Item to={routes.runs()} icon="runs" label="Runs" count={counts.runs} isOn={is('runs', 'train')} />
          <Item to={routes.models()} icon="cube" label="Models" count={counts.models} isOn={is('models')} />
          <Item to={routes.drift()} icon="pulse" label="Drift" count={counts.reports} isOn={is('drift', 'new-drift')} />
          <Item to={routes.policies()} icon="shield" label="Policies" isOn={is('policies')} />
          <Item to={routes.history()} icon="clock" label="History" isOn={is('history')} />
          <Item to={routes.people()} icon="person" label="People" isOn={is('people')} />
        </ul>
      </div>
      <RouteLink to={routes.settings()} className={classNames(styles['person'], is('settings') && styles['on'])} title={`Settings. Your eight words: ${project.deviceFingerprint}`} isCurrent={is('settings')} label={`${project.person}, settings`}>
        <span className={styles['avatar']} aria-hidden>{project.person.slice(0, 1).toUpperCase()}</span>
        <span className={classNames('ellipsis', styles['word'])}>{project.person}</span>
      </RouteLink>
      <Splitter label="Rail width" side="right" value={railWidth} min={168} max={360} onChange={(width) => usePanels.setState({ railWidth: width })} />
    </nav>
  );
}

function Pages(): ReactElement {
  const pages = usePages();
  const route = useRoute();
  return (
    <>
      <div className={styles['section']}><span>Pages</span><IconButton icon="plus" label="New page" keys="mod+n" isSmall onPress={() => runCommand('page.new')} /></div>
      <ul>
        {pages.status === 'ready' ? pages.value.map((page) => (
          <Item key={page.id} to={routes.page(page.id)} icon="page" label={page.title} isOn={route.screen === 'pages' && route.id === page.id} />
        )) : null}
      </ul>
      {pages.status === 'ready' && pages.value.length === 0 ? <p className={styles['none']}>No pages yet</p> : null}
    </>
  );
}

function Item({ to, icon, label, count, isOn, end }: { readonly to: Route; readonly icon: IconName; readonly label: string; readonly count?: number; readonly isOn: boolean; readonly end?: ReactNode }): ReactElement {
  return (
    <li>
      <RouteLink to={to} className={classNames(styles['item'], isOn && styles['on'])} isCurrent={isOn} title={label}>
        <Icon name={icon} /><span className={classNames('ellipsis', styles['word'])}>{label}</span>
        {end}{count === undefined || count === 0 ? null : <span className={styles['count']}>{formatCount(count)}</span>}
      </RouteLink>
    </li>
  );
}

function ProjectMenu({ project }: { readonly project: ProjectInfo }): ReactElement {
  const shell = useShell((state) => state.shell);
  const command = (id: string): MenuEntry => {
    const found = globalCommands.find((one) => one.id === id);
    if (!found) throw new RangeError(`no command ${id}`);
    return { id, label: found.label, icon: found.icon, ...(found.keys === null ? {} : { keys: found.keys }), disabledReason: found.disabledReason?.() ?? null, run: () => runCommand(id) };
  };
  const recent = shell.status === 'ready' ? shell.value.recent.map((one, index) => ({ ...one, index })).filter((one) => one.folder !== project.folder).slice(0, 5) : [];
  const entries: readonly MenuEntry[] = [
    command('archive.export'), command('archive.verify'), 'separator',
    command('project.create'), command('project.open'), command('project.sample'),
    ...recent.map((one): MenuEntry => ({ id: `recent ${one.index}`, label: one.name, icon: 'folder', run: () => { void attempt(() => openProject(one.index)); } })),
    'separator', command('go.settings'), command('project.close'),
  ];
  return (
    <Menu label="Project" entries={entries}>
      <AriaButton className={styles['project'] ?? ''} aria-label={`${project.name}, project menu`}>
        <span className={styles['mark']} aria-hidden>{project.name.slice(0, 1).toUpperCase()}</span>
        <span className={classNames('ellipsis', styles['word'])}>{project.name}</span><Icon name="chevron-down" size={12} />
      </AriaButton>
    </Menu>
  );
}
