/** Leave to build a step: the lease of its key, so that equal work is done once, and the resources it asked for. */
import type { Report } from '../core/events.ts';
import type { Step } from '../pipeline/step.ts';
import type { Lease, Store } from '../store/store.ts';
import { amountsOf, type Broker, type Grant } from './resources.ts';

export interface Admission {
  readonly lease: Lease;
  /** What this try was given. */
  readonly grant: Grant;
  /** Gives back the resources, but not the lease, until `again`. */
  pause(): void;
  /** Takes the resources of the try `attempt` (counted from 0); false when the run was stopped meanwhile. */
  again(attempt: number): Promise<boolean>;
  release(): void;
}

export interface AdmitContext {
  readonly store: Store;
  readonly broker: Broker;
  readonly report: Report;
  readonly stop: AbortSignal;
  readonly numericalGpus: number;
}

/**
 * Resources first, so that a step that waits for its turn keeps nobody from building it; but never waits for a lease while
 * holding resources: two runs that did could wait for each other. Undefined when the run was stopped meanwhile.
 */
export async function admit(
  step: Step,
  key: string,
  priority: number,
  context: AdmitContext,
): Promise<Admission | undefined> {
  const { store, broker, report, stop } = context;
  const take = (attempt: number): Promise<Grant | undefined> =>
    broker.take(amountsOf(step, context.numericalGpus, attempt), priority, stop);
  const grant = await take(0);
  if (!grant) return undefined;
  const lease = await orRelease(grant, () => store.leaseAtOnce(key));
  if (lease) return admission(lease, grant, take);
  grant.release();
  const waited = await store.lease(
    key,
    (owner) => {
      const message = `${step.name} is being built by ${owner}; waiting for it`;
      report({ event: 'notice', level: 'info', step: step.name, message });
    },
    stop,
  );
  if (!waited) return undefined;
  const later = await orRelease(waited, () => take(0));
  if (later) return admission(waited, later, take);
  waited.release();
  return undefined;
}

/** What is held while something else is taken must not stay held where that fails: others would wait for it for ever. */
async function orRelease<T>(held: { release(): void }, take: () => T | Promise<T>): Promise<T> {
  try {
    return await take();
  } catch (error) {
    held.release();
    throw error;
  }
}

/** Of a step that holds both; `take` gives the resources of a try. */
export function admission(
  lease: Lease,
  first: Grant,
  take: (attempt: number) => Promise<Grant | undefined>,
): Admission {
  let grant = first;
  return {
    lease,
    get grant() {
      return grant;
    },
    pause() {
      grant.release();
    },
    async again(attempt) {
      const next = await take(attempt);
      if (next) grant = next;
      return next !== undefined;
    },
    release() {
      lease.release();
      grant.release();
    },
  };
}
