/**
 * Which run computes on which GPU. Cards belong to the machine, not to a store or a checkout, so runs agree on them in one folder
 * of the machine: a lease `gpu-<number>.<n>` for each card in use, taken over from the dead as any other (leases.ts).
 */
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Clock } from './clock.ts';
import { createLeases, silenceMs } from './leases.ts';
import type { GpuLeases, Lease, WorkerId } from './store.ts';
import { explained } from './trouble.ts';
import { hasCode } from './volume.ts';

/** In memory where there is such a folder: what a boot leaves behind is nobody's. */
export function machineFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env['AR_PIPE_GPU_LEASES'] ?? join(fs.existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'ar-pipe-gpus');
}

export function createGpuLeases(folder = machineFolder(), clock: Clock = systemClock): GpuLeases {
  /** Cards of this run: the broker knows of them, they are not what a step has to wait for. */
  const ours = new Set<number>();
  const leases = createLeases(
    { folder, calls: fs, creating: creatingIn(folder), scratch: undefined },
    clock,
    silenceMs,
  );

  /** The lease of one card, or who has it. Never waits for a living owner. */
  const takeOne = async (gpu: number): Promise<Lease | string> => {
    const busy = new AbortController();
    let by = '';
    const lease = await leases.take(
      `gpu-${gpu}`,
      (owner) => {
        by = owner;
        busy.abort();
      },
      busy.signal,
    );
    return lease ?? by;
  };

  return {
    take: explained(folder)(async (wanted: number, among: readonly number[]) => {
      const held = new Map<number, Lease>();
      let owner = '';
      // In one order for all, so that of two runs that want several cards one gets them.
      for (const gpu of among.filter((each) => !ours.has(each))) {
        if (held.size === wanted) break;
        const taken = await takeOne(gpu);
        if (typeof taken === 'string') owner = taken;
        else {
          held.set(gpu, taken);
          ours.add(gpu);
        }
      }
      const release = (): void => {
        for (const [gpu, lease] of held) {
          ours.delete(gpu);
          lease.release();
        }
        // Given back twice, a card must not be taken from the step that has it by then.
        held.clear();
      };
      if (held.size < wanted) {
        release();
        return { busy: owner };
      }
      return {
        gpus: [...held.keys()],
        worker(process: WorkerId) {
          for (const lease of held.values()) lease.worker(process);
        },
        release,
      };
    }),
  };
}

/** Every user of the machine may take leases there, and none remove those of others. */
const creatingIn =
  (folder: string) =>
  (_path: string, call: () => void): void => {
    try {
      call();
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      fs.mkdirSync(folder, { recursive: true });
      fs.chmodSync(folder, 0o1777);
      call();
    }
  };
