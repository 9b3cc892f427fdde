/**
 * Leases: who may build a key now, across processes and machines, with plain files and no lock of the system.
 *
 * A lease is a file `<key>.<n>`, given its name exclusively. Whoever finds only files of dead owners creates the next number, and
 * never removes a file before that: between two takers the exclusive creation decides. After creating, it looks again: if a
 * higher number or another living owner has appeared meanwhile, it steps back. So of any two at least one sees the other.
 * A lease lost by mistake (an owner silent for long) costs repeated work, never a wrong result: commits are atomic.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';
import {
  describeOwner,
  endWorkers,
  isDead,
  leaseNumbers,
  readLeases,
  type LeaseFile,
} from './lease-files.ts';
import { processId, thisProcess, type ProcessId } from './owner.ts';
import type { Lease, WorkerId } from './store.ts';
import { createOwnLeaseFiles, type LeaseFolder, type OwnLeaseFile } from './own-lease-files.ts';
import { hasCode } from './volume.ts';

/** After so long without a heartbeat an owner that cannot be seen from here counts as dead. */
export const silenceMs = 20_000;
const firstPauseMs = 20;
const longestPauseMs = 500;

export interface Leases {
  /** The lease if it is free and nobody ever died with it. */
  readonly atOnce: (key: string) => Lease | undefined;
  /** Waits for it, and takes it over from the dead. */
  readonly take: (
    key: string,
    onWait: (owner: string) => void,
    signal: AbortSignal,
  ) => Promise<Lease | undefined>;
}

/** `silence`: milliseconds without a heartbeat after which an owner that cannot be seen from here counts as dead. */
export function createLeases(place: LeaseFolder, clock: Clock, silence: number): Leases {
  const { folder, calls } = place;
  const beating = new Set<() => void>();
  let stopBeating: (() => void) | undefined;
  const files = createOwnLeaseFiles(place);
  /** Asked of the system once a process, which runs job after job. */
  const identities = new WeakMap<WorkerId, ProcessId>();

  return {
    // Nearly always nobody builds it, and looking again after the claim would tell if somebody did.
    atOnce: (key) => claim(key, []),
    async take(key, onWait, signal) {
      const quiet = quietTimes(clock);
      let told = '';
      for (let pause = firstPauseMs; !signal.aborted; pause = Math.min(pause * 1.5, longestPauseMs)) {
        const files = readLeases(folder, key);
        const me = thisProcess();
        const living = files.find((file) => !isDead(file, me, quiet(file), silence));
        if (living) {
          const owner = describeOwner(living.record);
          if (owner !== told) onWait((told = owner));
        } else if (endWorkers(files, me)) {
          const lease = claim(key, files);
          if (lease) return lease;
        }
        // Of unequal length, so that two who stepped back for each other do not do so for ever.
        await clock.pause(pause * (0.75 + Math.random() / 2), signal);
      }
      return undefined;
    },
  };

  /** Takes the number after all of `dead`; undefined where someone was quicker. */
  function claim(key: string, dead: readonly LeaseFile[]): Lease | undefined {
    const number = dead.reduce((highest, file) => Math.max(highest, file.number), -1) + 1;
    const path = `${folder}/${key}.${number}`;
    const token = randomBytes(8).toString('hex');
    const file = files.place(path, { ...thisProcess(), token, workers: [], beat: 0 });
    if (!file) return undefined;
    const lease = hold(key, number, token, file);
    let ours = false;
    try {
      const others = readLeases(folder, key, number);
      ours = others.every((other) =>
        dead.some((known) => known.path === other.path && known.text === other.text),
      );
      if (ours) for (const other of others) removeDead(other.path);
      return ours ? lease : undefined;
    } finally {
      if (!ours) lease.release();
    }
  }

  /** In a folder of many users the files of others cannot be removed: they stay, dead, and count no more. */
  function removeDead(path: string): void {
    try {
      calls.rmSync(path, { force: true });
    } catch (error) {
      if (!hasCode(error, 'EPERM', 'EACCES')) throw error;
    }
  }

  function identityOf(process: WorkerId): ProcessId {
    const identity = identities.get(process) ?? processId(process.pid);
    identities.set(process, identity);
    return identity;
  }

  function hold(key: string, number: number, token: string, file: OwnLeaseFile): Lease {
    const workers: ProcessId[] = [];
    let beat = 0;
    let released = false;

    const rewrite = (): void => {
      try {
        file.write({ ...thisProcess(), token, workers, beat });
      } catch {
        // A heartbeat that cannot be written must not stop the work; at worst another machine repeats it.
      }
    };
    const heartbeat = (): void => {
      beat++;
      rewrite();
    };
    beating.add(heartbeat);
    stopBeating ??= clock.every(silence / 5, () => {
      for (const each of beating) each();
    });

    return {
      worker(process) {
        if (released || workers.some((known) => known.pid === process.pid)) return;
        workers.push(identityOf(process));
        rewrite();
      },
      held: () => !released && file.isThere() && leaseNumbers(folder, key).every((other) => other <= number),
      release() {
        if (released) return;
        released = true;
        beating.delete(heartbeat);
        if (beating.size === 0) {
          stopBeating?.();
          stopBeating = undefined;
        }
        file.release();
      },
    };
  }
}

/** For how long each file's text has been the same, as far as this waiter has seen. */
function quietTimes(clock: Clock): (file: LeaseFile) => number {
  const since = new Map<string, { text: string; at: number }>();
  return ({ path, text }) => {
    const now = clock.now();
    const seen = since.get(path);
    if (seen?.text === text) return now - seen.at;
    since.set(path, { text, at: now });
    return 0;
  };
}
