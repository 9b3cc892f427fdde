/** GPUs beside the resources of a run: the broker counts them, the machine's leases say which, so two runs never share one. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Report } from '../core/events.ts';
import type { GpuLeases } from '../store/store.ts';
import type { Broker } from './resources.ts';

const firstPauseMs = 50;
const longestPauseMs = 1000;

export interface GpuContext {
  readonly leases: GpuLeases;
  /** Numbers of the cards this run may use. */
  readonly among: readonly number[];
  /** Told once of each other run that has a card a step waits for. */
  readonly onWait: (owner: string) => void;
}

/** While other runs have the cards a step gives back all it holds, so that neither its run nor another waits for it. */
export function withGpuLeases(broker: Broker, { leases, among, onWait }: GpuContext): Broker {
  let told = '';
  return {
    async take(wanted, priority, signal) {
      const count = wanted['gpus'] ?? 0;
      for (let pause = firstPauseMs; ; pause = Math.min(pause * 1.5, longestPauseMs)) {
        const grant = await broker.take(wanted, priority, signal);
        if (!grant || count === 0) return grant;
        const lease = await leases.take(count, among).catch((error: unknown) => {
          grant.release();
          throw error;
        });
        if (!('busy' in lease)) {
          const taken = lease;
          return {
            gpus: taken.gpus,
            worker(process) {
              taken.worker(process);
            },
            release() {
              taken.release();
              grant.release();
            },
          };
        }
        grant.release();
        if (lease.busy !== told) onWait((told = lease.busy));
        // The only way this rejects is the abort, after which the broker gives nothing.
        await delay(pause * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

export function gpuContext(
  { gpuLeases }: { readonly gpuLeases: GpuLeases },
  among: readonly number[],
  report: Report,
): GpuContext {
  const onWait = (owner: string): void => {
    report({ event: 'notice', level: 'info', message: `waiting for a GPU, which ${owner} uses` });
  };
  return { leases: gpuLeases, among, onWait };
}
