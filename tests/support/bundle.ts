/** Bundles a script of the tests into one plain file, so that a process that runs it starts in a few dozen milliseconds. */
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const repoDir = join(import.meta.dirname, '../..');

export interface Bundle {
  /** The file to run with Node. */
  readonly path: string;
  remove(): void;
}

/** Bundles `tests/support/<name>.ts`; native packages stay outside. The file lies as deep as the built app's files do, where those find packages and resources. */
export async function bundleScript(name: string): Promise<Bundle> {
  const artifactsDir = join(repoDir, 'artifacts');
  mkdirSync(artifactsDir, { recursive: true });
  const outDir = mkdtempSync(join(artifactsDir, `${name}-`));
  await build({
    root: repoDir,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['better-sqlite3', '@parcel/watcher'] },
    build: {
      ssr: true,
      outDir,
      target: 'node24',
      minify: false,
      rolldownOptions: {
        input: join(import.meta.dirname, `${name}.ts`),
        external: [/^node:/],
        output: { format: 'es', entryFileNames: 'script.mjs', codeSplitting: false },
      },
    },
  });
  return { path: join(outDir, 'script.mjs'), remove: () => rmSync(outDir, { recursive: true, force: true }) };
}
