/** The store on disk (layout.ts draws it), put together from its parts. Safe for many processes at once. */
import * as fs from 'node:fs';
import { createCheckpoints } from './checkpoints.ts';
import { systemClock, type Clock } from './clock.ts';
import { commitWith } from './commit.ts';
import type { OnDamage } from './damage.ts';
import { createEntries } from './entries.ts';
import { layoutOf, refuseNewerFormat } from './layout.ts';
import { createJobFolders } from './job-folders.ts';
import { createLeases, silenceMs } from './leases.ts';
import { createObjects } from './objects.ts';
import { createReliance } from './reliance.ts';
import type { Entry, Store } from './store.ts';
import { explained } from './trouble.ts';
import { createVolume, type DiskCalls } from './volume.ts';

export interface StoreOptions {
  /** Told once of each damaged object or entry that was found and set aside. */
  readonly onDamage?: OnDamage;
  /** Make every object and entry reach the disk before going on, so that a power cut loses nothing finished. */
  readonly durable?: boolean;
  /** After so long without a heartbeat an owner of a lease on another machine counts as dead. Default 20,000 ms. */
  readonly silenceMs?: number;
  readonly clock?: Clock;
  /** The calls that change the disk; for tests that let them fail. */
  readonly calls?: DiskCalls;
}

/**
 * Opens the store in the folder `root`; nothing is created before the first write. Trouble with the disk (full, not writable,
 * written by a newer ar-pipe) is thrown as a PipelineError, here and by all methods.
 */
export function openStore(root: string, options: StoreOptions = {}): Store {
  const explain = explained(root);
  explain(() => {
    refuseNewerFormat(root);
  })();
  const onDamage = options.onDamage ?? (() => undefined);
  const volume = createVolume(layoutOf(root), options.calls ?? fs, options.durable ?? false);
  const objects = createObjects(volume, onDamage);
  const entries = createEntries(volume, onDamage);
  const checkpoints = createCheckpoints(volume);
  const leaseFolder = { ...volume, folder: volume.layout.leases };
  const leases = createLeases(leaseFolder, options.clock ?? systemClock, options.silenceMs ?? silenceMs);
  const jobs = createJobFolders(volume);
  const reliance = createReliance(volume);
  const commit = commitWith(objects, entries);
  const check = explain(objects.check);
  return {
    durable: options.durable ?? false,
    find: explain(entries.find),
    stamp: explain(entries.stamp),
    findAnyEnv: explain(entries.findAnyEnv),
    commit: explain((...[entry, produced, envlessKey]: Parameters<Store['commit']>) => {
      reliance.on([entry.key]);
      return commit(entry, produced, envlessKey);
    }),
    adopt: explain((entry: Entry, envlessKey: string | null) => {
      reliance.on([entry.key]);
      entries.add(entry, envlessKey);
    }),
    object: (file) => check(file, false),
    recheck: async (file) => (await check(file, true)) !== undefined,
    has: explain(objects.has),
    leaseAtOnce: explain(leases.atOnce),
    lease: explain(leases.take),
    jobFolder: explain(jobs.take),
    discardJob: jobs.giveBack,
    checkpointFolder: explain(checkpoints.folder),
    dropCheckpoint: explain(checkpoints.drop),
    rely: reliance.on,
    forget: explain((key: string) => {
      entries.setAside(key);
    }),
  };
}
