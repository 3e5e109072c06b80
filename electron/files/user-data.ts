/** Where this user's own data lie: keys, the outbox, the index. The same folder for the app and the CLI. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** ASSAY_USER_DATA where set, else the platform's place for application data. */
export function userDataDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env['ASSAY_USER_DATA']) return env['ASSAY_USER_DATA'];
  if (process.platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Assay');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Assay');
  return join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'Assay');
}
