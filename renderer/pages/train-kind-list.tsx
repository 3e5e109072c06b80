/** The kinds of models as a list to choose from; each says what it is, and what it makes of the dataset or why it cannot. */
import type { ReactElement } from 'react';
import type { ModelKind, TaskKind, TrainConfig } from '../../shared/domain/train-config.ts';
import type { Loadable } from '../state/loadable.ts';
import { Icon } from '../ui/icon.tsx';
import { kindFact, kindWords, unfitReason } from './train-kinds.ts';
import styles from './train-page.module.css';

export interface KindListProps {
  readonly chosen: ModelKind;
  readonly task: TaskKind;
  /** A configuration of each kind for this dataset, or why there is none. */
  readonly suggestions: Readonly<Partial<Record<ModelKind, Loadable<TrainConfig>>>>;
  readonly onChoose: (kind: ModelKind) => void;
}

export function TrainKindList({ chosen, task, suggestions, onChoose }: KindListProps): ReactElement {
  return (
    <div role="radiogroup" aria-label="Model kind" className={styles['kinds']}>
      {kindWords(task).map(({ kind, title, what }) => {
        const suggestion = suggestions[kind];
        const problem = suggestion?.status === 'failed' ? unfitReason(suggestion.error) : null;
        const isOff = problem !== null && kind !== chosen;
        return (
          <label key={kind} title={what} className={styles['kind']} data-chosen={kind === chosen} data-off={isOff}>
            <input type="radio" name="model kind" aria-label={title} aria-describedby={`kind ${kind}`} checked={kind === chosen} disabled={isOff} onChange={() => onChoose(kind)} />
            <span className={styles['kindTitle']}>{title}</span>
            <span id={`kind ${kind}`} className={styles['kindWhat']}>
              {problem === null ? what : <span className={styles['kindProblem']}><Icon name="stopped" size={12} /><span><span className="visually-hidden">{what} </span>{problem}</span></span>}
            </span>
            <span className={styles['kindFact']}>{suggestion?.status === 'ready' ? kindFact(kind, suggestion.value) : ''}</span>
          </label>
        );
      })}
    </div>
  );
}
