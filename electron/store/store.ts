/**
 * A project on disk: the one door through which the product reads and changes it.
 * What is committed is durable; what is in the folder is written once, signed, and mergeable with other devices' files.
 * Everything is closed by `close`, and a closed store holds no file.
 */
import { mkdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { idFromBytes } from '../../shared/domain/ids.ts';
import type { Writer } from '../files/atomic.ts';
import { nodeDisk } from '../files/disk.ts';
import { ioFailure } from '../files/failures.ts';
import { machineFingerprint } from '../files/machine.ts';
import { nodeScheduler } from '../files/scheduler.ts';
import { nodeWatcher } from '../files/watcher.ts';
import type { Store, StoreOptions } from './api.ts';
import { closeAll, openCore } from './core.ts';
import { closeIndexFile, openIndexFile, removeIndexFile } from './index/index-file.ts';
import { loadIdentity, renewIdentity, type IdentityOptions } from './identity/identity.ts';
import { localPaths, projectFormat, requireEmptyFolder, writeLayout } from './folder/layout.ts';
import { takeLock } from './lock.ts';
import { adoptStranded, openSoundOutbox, ownSessions, readOnlyReason } from './opening.ts';
import { identifyProject } from './format/project-file.ts';
import { createReserve, withReserve } from './folder/reserve.ts';
import { resignLost } from './identity/resign.ts';
import { knownTexts } from './project-texts.ts';

export type { Publishing, Store, StoreChange, StoreOptions, StoreStats } from './api.ts';
export type { Collectable } from './folder/collect.ts';
export type { CommitOptions, CommittedEvent } from './commits.ts';
export type { JsonValue } from './format/canonical.ts';
export type { Entity, FieldValue, FieldVersion } from './index/entities.ts';
export type { EventQuery, StoredEvent } from './index/event-log.ts';
export type { Problem } from './index/ingest.ts';
export type { ObjectSource, PutResult } from './folder/objects.ts';
export type { Op, StoredOp } from './format/ops.ts';

/**
 * Makes a project in an empty or new folder and opens it.
 * Commits "project.create": one entity of type "project", whose id is the project's id, with the field "name".
 * @throws project/exists, files/*
 */
export async function createProject(options: StoreOptions & { readonly name: string }): Promise<Store> {
  const projectDir = resolve(options.projectDir);
  await requireEmptyFolder(projectDir);
  const writer: Writer = { disk: options.disk ?? nodeDisk, random: options.random };
  const { key } = await loadIdentity(identityOptions(options, writer));
  const projectId = idFromBytes<string>(options.random(16));
  await writeLayout(writer, projectDir, {
    format: projectFormat, projectId, genesis: { device: key.deviceId, key: key.publicKey }, minReader: projectFormat,
  });
  const store = await openNamed(options, options.name);
  try {
    await store.flush();
    return store;
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
}

/**
 * Opens a project folder; read-only where it cannot be written (`canWrite`).
 * @throws project/not-a-project, project/newer-format, project/damaged, project/in-use, files/*
 */
export async function openProject(options: StoreOptions): Promise<Store> {
  return openNamed(options, basename(resolve(options.projectDir)));
}

/** Opens a project. One of ours that has no event yet is being created, or its creation was cut short: it gets `name`. */
async function openNamed(options: StoreOptions, name: string): Promise<Store> {
  const projectDir = resolve(options.projectDir);
  const { project, problem: projectProblem } = await identifyProject(options.disk ?? nodeDisk, projectDir);
  const paths = await localPaths(options.userDataDir, project.projectId, projectDir);
  const closers: (() => void | Promise<void>)[] = [takeLock(paths.lock)];
  try {
    const writer: Writer = { disk: options.disk ?? nodeDisk, random: options.random };
    const reason = await readOnlyReason(writer, projectDir, project);
    const identity = await loadIdentity(identityOptions(options, writer));
    const { outbox: plainOutbox, problem } = openSoundOutbox(paths.outbox, options.clock());
    const reserve = createReserve(join(paths.root, 'reserve.bin'), options.random);
    const outbox = withReserve(plainOutbox, reserve);
    closers.push(() => outbox.close());
    if (reason === null) {
      await adoptStranded(options.userDataDir, paths, project.projectId, outbox);
      outbox.setFolder(projectDir);
      const { key, formerKeys } = identity;
      const resign = { outbox, key, formerKeys, random: options.random, projectId: project.projectId, appVersion: options.appVersion };
      // The index knows those events under the hashes they had.
      if (resignLost(resign) > 0) removeIndexFile(paths.index);
    }
    const db = await openIndexFile(paths.index);
    closers.push(() => closeIndexFile(db, paths.index));
    await rm(paths.scratch, { recursive: true, force: true });
    await mkdir(paths.scratch, { recursive: true });
    const store = await openCore({
      projectId: project.projectId, projectDir, writer, clock: options.clock, scheduler: nodeScheduler, ...identity,
      ...(problem ? {} : { renewal: { ownSessions: await ownSessions(options.userDataDir, paths, project.projectId, outbox), renew: () => renewIdentity(identityOptions(options, writer), 'restored') } }),
      person: options.person, appVersion: options.appVersion, readOnlyReason: reason, outbox, reserve, db,
      watcher: nodeWatcher, deviceName: options.deviceName ?? hostname(), texts: await knownTexts(), scratchDir: paths.scratch, problems: [projectProblem, problem].filter((each) => each !== null), closers,
    });
    if (reason === null && project.genesis.device === store.deviceId && store.stats().eventCount === 0) {
      store.commit('project.create', [{ o: 'create', e: project.projectId, t: 'project', f: { name } }]);
    }
    return store;
  } catch (thrown) {
    // Includes the index and the outbox of a store that was open already.
    await closeAll(closers);
    throw ioFailure(thrown, projectDir);
  }
}

function identityOptions({ userDataDir, machine, clock }: StoreOptions, writer: Writer): IdentityOptions {
  return { writer, userDataDir, machine: machine ?? machineFingerprint(), nowMs: clock() };
}
