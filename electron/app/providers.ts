/**
 * Which providers this computer has, how they did in their last check, and which one a run takes. Checks are kept in
 * the user's data, not in the project: they say something about the computer. Another processor or version voids them.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { chooseProvider, ProviderMeasurement, providerTitles, type ProviderChoice, type ProviderStatus } from '../../shared/domain/providers.ts';
import type { JobId } from '../../shared/domain/ids.ts';
import type { ProviderName, TrainConfig } from '../../shared/domain/train-config.ts';
import { fail } from '../../shared/errors.ts';
import { writeOnce } from '../files/atomic.ts';
import { nodeDisk } from '../files/disk.ts';
import { measureProvider, probeProviders } from '../jobs/providers.ts';
import type { WorkerLauncher } from '../jobs/worker-link.ts';
import type { AppContext } from './context.ts';

const CheckFile = z.object({ computer: z.string(), version: z.string(), measurements: z.array(ProviderMeasurement) });

export interface ProvidersOptions {
  readonly launchWorker: WorkerLauncher;
  readonly userDataDir: string;
  readonly clock: () => number;
}

export interface CheckOptions {
  readonly signal?: AbortSignal;
  /** Providers done, of all that are checked, and what is going on. */
  readonly onProgress?: (done: number, total: number, step: string) => void;
}

type Found = Omit<ProviderStatus, 'measurement'>;

export class Providers {
  readonly #options: ProvidersOptions;
  readonly #closing = new AbortController();
  /** What was found, for as long as the engine lives or until somebody looks again. */
  #found: Promise<Found[]> | null = null;

  constructor(options: ProvidersOptions) {
    this.#options = options;
  }

  /** Ends what it is looking at, without an answer. */
  close(): void {
    this.#closing.abort();
  }

  /** All providers in the order of the table, each with why not, or with its last check. */
  async list(): Promise<ProviderStatus[]> {
    const found = await this.#find();
    const measurements = await this.#read(versionOf(found));
    return found.map((each) => ({ ...each, measurement: measurements.find(({ provider }) => provider === each.name) ?? null }));
  }

  /** Looks again for providers, checks those that are there, and keeps the outcome. @throws AppError job/cancelled */
  async check({ signal, onProgress }: CheckOptions = {}): Promise<ProviderStatus[]> {
    this.#found = null;
    onProgress?.(0, 1, 'Looking for devices');
    const found = await this.#find(signal);
    const available = found.filter(({ isAvailable }) => isAvailable);
    const measurements: ProviderMeasurement[] = [];
    for (const { name, title } of available) {
      onProgress?.(measurements.length, available.length, title);
      const check = await measureProvider(name, {
        launch: this.#options.launchWorker, signal: this.#until(signal), onStep: (step) => onProgress?.(measurements.length, available.length, `${title}: ${step}`),
      });
      measurements.push({ provider: name, ...check, measuredAtMs: this.#options.clock() });
    }
    await this.#write({ computer: computerName(), version: versionOf(found), measurements });
    return this.list();
  }

  /**
   * What runs a configuration. "auto" is decided by measurements, which are made first where there are none;
   * a provider that was asked for by name is taken or refused, never replaced. @throws AppError provider/unavailable, job/cancelled
   */
  async choose(config: Pick<TrainConfig, 'provider' | 'model'>, options: CheckOptions = {}): Promise<ProviderChoice> {
    const { provider } = config;
    if (provider === 'cpu') return { provider, reason: 'The configuration asks for it.' };
    const found = await this.#find(options.signal);
    if (provider !== 'auto') return this.#asked(provider, found);
    const available = found.filter(({ isAvailable }) => isAvailable);
    if (available.length === 1 && available[0]?.name === 'cpu') return { provider: 'cpu', reason: 'Only the CPU is available on this computer.' };
    const known = await this.#read(versionOf(found));
    const isMeasured = available.every(({ name }) => known.some((each) => each.provider === name));
    const statuses = isMeasured ? await this.list() : await this.check(options);
    return chooseProvider(statuses.flatMap(({ isAvailable, measurement }) => (isAvailable && measurement ? [measurement] : [])), config);
  }

  #asked(provider: ProviderName, found: readonly Found[]): ProviderChoice {
    const reason = found.find(({ name }) => name === provider)?.reason;
    if (reason) throw fail('provider/unavailable', { provider: providerTitles[provider], reason: reason.replace(/\.$/, '') });
    return { provider, reason: 'The configuration asks for it.' };
  }

  async #find(signal?: AbortSignal): Promise<Found[]> {
    this.#found ??= this.#look(signal);
    try {
      return await this.#found;
    } catch (thrown) {
      this.#found = null;
      throw thrown;
    }
  }

  async #look(signal?: AbortSignal): Promise<Found[]> {
    const { version, probes } = await probeProviders({ launch: this.#options.launchWorker, signal: this.#until(signal) });
    return probes.map(({ name, obstacle, device }) => ({
      name, title: providerTitles[name], isAvailable: obstacle === null, reason: obstacle?.reason ?? null, fix: obstacle?.fix ?? null, device, version,
    }));
  }

  #until(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
  }

  async #read(version: string): Promise<ProviderMeasurement[]> {
    const text = await readFile(this.#path(), 'utf8').catch(() => null);
    const file = text === null ? null : CheckFile.safeParse(parsed(text)).data ?? null;
    return file?.computer === computerName() && file.version === version ? file.measurements : [];
  }

  async #write(file: z.infer<typeof CheckFile>): Promise<void> {
    const writer = { disk: nodeDisk, random: (byteCount: number) => randomBytes(byteCount) };
    await writeOnce(writer, this.#path(), new TextEncoder().encode(JSON.stringify(file)));
  }

  #path(): string {
    return join(this.#options.userDataDir, 'providers.json');
  }
}

/** Checks all providers as a job; its outcome is the list. */
export function startProviderCheck({ jobs, providers }: AppContext): { jobId: JobId; finished: Promise<ProviderStatus[]> } {
  const { id, finished } = jobs.start({
    kind: 'check', title: 'Check providers', subject: {},
    work: ({ signal, report }) => providers.check({ signal, onProgress: (done, total, step) => report({ done, total, unit: 'providers', step }) }),
  });
  return { jobId: id, finished };
}

function versionOf(found: readonly Found[]): string {
  return found[0]?.version ?? '';
}

function computerName(): string {
  return `${process.platform} ${process.arch}, ${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} threads`;
}

/** A file that is not JSON counts as no file: it only holds what can be measured again. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
