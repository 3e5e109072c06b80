// Where the repository and the cache of set-up lie. The cache outlives node_modules.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repoDir = resolve(fileURLToPath(import.meta.url), '../../..');
export const cacheDir = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'assay-dev');
export const modulesDir = join(repoDir, 'node_modules');
