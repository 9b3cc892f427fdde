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
import type { Lease } from './store.ts';
import { createOwnLeaseFiles, type OwnLeaseFile } from './own-lease-files.ts';
import type { Volume } from './volume.ts';

const firstPauseMs = 20;
const longestPauseMs = 500;

export interface Leases {
  readonly take: (
    key: string,
    onWait: (owner: string) => void,
    signal: AbortSignal,
  ) => Promise<Lease | undefined>;
}

/** `silenceMs`: after so long without a heartbeat an owner on another machine counts as dead. */
export function createLeases(volume: Volume, clock: Clock, silenceMs: number): Leases {
  const { layout, calls } = volume;
  const beating = new Set<() => void>();
  let stopBeating: (() => void) | undefined;
  const files = createOwnLeaseFiles(volume);

  return {
    async take(key, onWait, signal) {
      // Nearly always nobody builds it, and looking again after the claim would tell if somebody did.
      const atOnce = signal.aborted ? undefined : claim(key, []);
      if (atOnce) return atOnce;
      const quiet = quietTimes(clock);
      let told = '';
      for (let pause = firstPauseMs; !signal.aborted; pause = Math.min(pause * 1.5, longestPauseMs)) {
        const files = readLeases(layout.leases, key);
        const me = thisProcess();
        const living = files.find((file) => !isDead(file, me, quiet(file), silenceMs));
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
    const path = `${layout.leases}/${key}.${number}`;
    const token = randomBytes(8).toString('hex');
    const file = files.place(path, { ...thisProcess(), token, workers: [], beat: 0 });
    if (!file) return undefined;
    const lease = hold(key, number, token, file);
    const others = readLeases(layout.leases, key, number);
    if (
      others.every((other) => dead.some((known) => known.path === other.path && known.text === other.text))
    ) {
      for (const other of others) calls.rmSync(other.path, { force: true });
      return lease;
    }
    lease.release();
    return undefined;
  }

  function hold(key: string, number: number, token: string, file: OwnLeaseFile): Lease {
    const workers: ProcessId[] = [];
    let beat = 0;
    let released = false;

    const write = (): void => {
      file.write({ ...thisProcess(), token, workers, beat });
    };
    const heartbeat = (): void => {
      beat++;
      try {
        write();
      } catch {
        // A heartbeat that cannot be written must not stop the work; at worst another machine repeats it.
      }
    };
    beating.add(heartbeat);
    stopBeating ??= clock.every(silenceMs / 5, () => {
      for (const each of beating) each();
    });

    return {
      worker(pid) {
        if (released || workers.some((known) => known.pid === pid)) return;
        workers.push(processId(pid));
        write();
      },
      held: () =>
        !released && file.isThere() && leaseNumbers(layout.leases, key).every((other) => other <= number),
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
