/** Small JSON files in user data. A damaged one is as good as none: it holds comfort, not work. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';

export interface JsonFile<T> {
  read(): T;
  write(value: T): void;
}

/** A JSON file of shape `schema`, which reads as `fallback` where it is missing or malformed. */
export function jsonFile<T>(path: string, schema: z.ZodType<T>, fallback: T): JsonFile<T> {
  return {
    read: () => {
      try {
        return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
      } catch {
        return fallback;
      }
    },
    write: (value) => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.tmp`, JSON.stringify(value, null, 2));
      renameSync(`${path}.tmp`, path);
    },
  };
}
