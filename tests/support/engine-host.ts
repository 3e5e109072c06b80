/**
 * Plays the shell to the real engine entry in this process: two windows, worker processes, and what goes wrong
 * between them. Run by a test in a process of its own, because the engine ends its process when it is closed.
 * Prints one JSON document: what each window heard and what the engine told the shell.
 */
import { EventEmitter } from 'node:events';
import type { FromEngine, ToEngine, WindowEvent, WindowReply } from '../../shared/contract/engine-link.ts';
import { testLauncher } from './launcher.ts';
import type { WorkerProcess } from '../../electron/jobs/worker-link.ts';

/** One end of a channel as Electron's ports are: what is posted arrives at the other end later. */
class FakePort extends EventEmitter {
  other: FakePort | null = null;
  start(): void {}
  postMessage(data: unknown): void {
    const copy: unknown = structuredClone(data);
    setImmediate(() => this.other?.emit('message', { data: copy, ports: [] }));
  }
}

function channel(): [FakePort, FakePort] {
  const ends: [FakePort, FakePort] = [new FakePort(), new FakePort()];
  [ends[0].other, ends[1].other] = [ends[1], ends[0]];
  return ends;
}

const [toEngine, parentPort] = channel();
const told: FromEngine[] = [];
const workers = new Map<string, WorkerProcess>();
const launch = testLauncher();

toEngine.on('message', ({ data }: { data: FromEngine }) => {
  told.push(data);
  if (data.type === 'spawn-worker') void spawn(data.requestId, data.name);
  if (data.type === 'kill-worker') workers.get(data.requestId)?.kill();
});

async function spawn(requestId: string, name: 'data' | 'train' | 'provider'): Promise<void> {
  const worker = await launch(name);
  workers.set(requestId, worker);
  const [ours, theirs] = channel();
  ours.on('message', ({ data }) => worker.post(data));
  worker.onReply((reply) => ours.postMessage(reply));
  worker.onExit(() => send({ type: 'worker-exited', requestId, code: 1 }));
  send({ type: 'worker-started', requestId, pid: worker.pid ?? 0 }, theirs);
}

function send(message: ToEngine, port?: FakePort): void {
  setImmediate(() => parentPort.emit('message', { data: message, ports: port ? [port] : [] }));
}

interface FakeWindow {
  readonly events: WindowEvent[];
  call(channelName: string, input: unknown): Promise<WindowReply['result']>;
  sendRaw(data: unknown): void;
}

function openWindow(): FakeWindow {
  const [ours, theirs] = channel();
  const waiting = new Map<number, (result: WindowReply['result']) => void>();
  const events: WindowEvent[] = [];
  let nextId = 1;
  ours.on('message', ({ data }: { data: WindowReply | WindowEvent }) => {
    if ('event' in data) events.push(data);
    else waiting.get(data.id)?.(data.result);
  });
  send({ type: 'window-port' }, theirs);
  return {
    events,
    sendRaw: (data) => ours.postMessage(data),
    call: (channelName, input) => new Promise((resolve) => {
      const id = nextId++;
      waiting.set(id, resolve);
      ours.postMessage({ id, channel: channelName, input });
    }),
  };
}

const [projectDir, userDataDir, csvPath] = process.argv.slice(2);
if (!projectDir || !userDataDir || !csvPath) throw new Error('needs the project folder, the user data and a CSV file');
Object.assign(process, { parentPort });
process.env['ASSAY_PERSON'] = 'Ana';
await import('../../electron/engine.ts');

send({ type: 'open', projectDir, userDataDir, create: { name: 'Two windows' }, appVersion: '0.0.0' });
const handle = `file-${'0'.repeat(26)}`;
send({ type: 'grant', handle, path: csvPath }); // the user drops a file while the project is still opening
while (!told.some(({ type }) => type === 'ready' || type === 'failed')) await new Promise((resolve) => setTimeout(resolve, 10));

const [first, second] = [openWindow(), openWindow()];
for (const junk of [null, undefined, 7, 'text', [], {}, { id: 'x', channel: 'project.get' }, { id: 1, channel: { toString: 'x' } }]) first.sendRaw(junk);
const sniff = await first.call('imports.sniff', { file: handle });
const value = sniff.ok ? sniff.value as { format: string; dialect: unknown; columns: { sourceName: string; type: string }[] } : null;
const plan = value && { format: value.format, dialect: value.dialect, columns: value.columns.map(({ sourceName, type }) => ({ sourceName, name: sourceName, type })) };
const started = await second.call('imports.start', { file: handle, name: 'birds', datasetId: null, plan });
while (!first.events.some(({ event, payload }) => event === 'job' && ['done', 'failed'].includes((payload as { status: string }).status))) await new Promise((resolve) => setTimeout(resolve, 10));
const [pageOfFirst, pageOfSecond] = await Promise.all([first.call('pages.create', { title: 'one' }), second.call('pages.create', { title: 'two' })]);
const project = await second.call('project.get', {});
await new Promise((resolve) => setTimeout(resolve, 50));

process.on('exit', (code) => {
  process.stdout.write(JSON.stringify({
    code, sniff: sniff.ok, started: started.ok, pages: pageOfFirst.ok && pageOfSecond.ok, project, first: first.events, second: second.events,
    failed: told.filter(({ type }) => type === 'failed'),
  }));
});
send({ type: 'close' });
