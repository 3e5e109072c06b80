/** Which event touched which thing, and when: the history of a thing in the order of time. */
import { createRowInserter } from './many-rows.ts';
import type { Sqlite } from '../sqlite.ts';

export interface Touches {
  /** Notes that an event touched a thing; stored by `flush`. */
  note(entity: number, atMs: number, event: number): void;
  flush(): void;
  /** Forgets what was not stored. */
  forget(): void;
}

/** More than are ever noted between two calls of `flush`. */
const placeCount = 2 ** 26;

export function createTouches(db: Sqlite): Touches {
  const rows = createRowInserter(db, 'touches (entity, at_ms, event)', 3);
  // Numbers side by side, not an object for each: there are very many of them.
  let entities: number[] = [];
  let times: number[] = [];
  let events: number[] = [];

  function forget(): void {
    [entities, times, events] = [[], [], []];
    rows.forget();
  }

  /** The places of all notes in the order of the table, as far as that costs little: by thing, then as they came. */
  function order(): Float64Array {
    // Thing and place in one number: such are sorted without a call for each comparison.
    return Float64Array.from(entities, (entity, place) => entity * placeCount + place).sort();
  }

  return {
    note(entity, atMs, event) {
      entities.push(entity);
      times.push(atMs);
      events.push(event);
    },
    flush() {
      for (const key of order()) {
        const place = key % placeCount;
        rows.add(entities[place] ?? 0, times[place] ?? 0, events[place] ?? 0);
      }
      rows.flush();
      forget();
    },
    forget,
  };
}
