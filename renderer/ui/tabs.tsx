/** Tabs over one subject. Only the chosen panel is mounted. */
import type { ReactElement, ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components/Tabs';
import { classNames } from './class-names.ts';
import styles from './tabs.module.css';

export interface TabsProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly tabs: readonly { readonly value: T; readonly label: string; readonly count?: number; readonly content: ReactNode | (() => ReactNode) }[];
  /** At the right of the tab row. */
  readonly end?: ReactNode;
  readonly className?: string;
}

export function Tabs<T extends string>({ label, value, onChange, tabs, end, className }: TabsProps<T>): ReactElement {
  return (
    <AriaTabs selectedKey={value} onSelectionChange={(key) => onChange(String(key) as T)} className={classNames(styles['tabs'], className)}>
      <div className={styles['head']}>
        <TabList aria-label={label} className={styles['list'] ?? ''}>
          {tabs.map((tab) => (
            <Tab key={tab.value} id={tab.value} className={styles['tab'] ?? ''}>
              {tab.label}{tab.count === undefined ? null : <span className={styles['count']}>{tab.count}</span>}
            </Tab>
          ))}
        </TabList>
        {end === undefined ? null : <div className={styles['end']}>{end}</div>}
      </div>
      {tabs.map((tab) => <TabPanel key={tab.value} id={tab.value} className={styles['panel'] ?? ''}>{tab.value !== value ? null : typeof tab.content === 'function' ? tab.content() : tab.content}</TabPanel>)}
    </AriaTabs>
  );
}
