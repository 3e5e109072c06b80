// Every npm script starts here, on whatever Node there is, with or without node_modules: installs,
// changes to a good Node, builds, finds Electron, then does the task. Plain JavaScript by need.
import { ensurePackages } from './install.mjs';
import { SetupError, say } from './log.mjs';
import { betterNode, continueOn } from './node.mjs';

const [task = 'start', ...args] = process.argv.slice(2);

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const tasks = {
  start: async (rest) => (await import('./start.mjs')).start(rest),
  dev: async (rest) => (await import('./dev.mjs')).dev(rest),
  test: async (rest) => (await import('./test.mjs')).test(rest),
  build: async (rest) => (await import('./build.mjs')).build(rest),
  demo: async (rest) => (await import('./start.mjs')).runCli(['demo', ...rest]),
  cli: async (rest) => (await import('./start.mjs')).runCli(rest),
  bench: async (rest) => (await import('./bench.mjs')).bench(rest),
  package: async (rest) => (await import('./package.mjs')).makePackage(rest),
  runtime: async () => {
    const { executable } = await (await import('./electron.mjs')).ensureElectron();
    process.stdout.write(`${executable}\n`);
    return 0;
  },
};

try {
  const run = tasks[task];
  if (!run) throw new SetupError(`There is no task "${task}". There are: ${Object.keys(tasks).join(', ')}.`);
  await ensurePackages();
  const node = betterNode();
  if (node !== null) await continueOn(node);
  process.exitCode = await run(args);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(task, error.message);
  process.exitCode = 1;
}
