/** Leave to build a step: the lease of its key, so that equal work is done once, and the resources it asked for. */
import type { Report } from '../core/events.ts';
import type { Step } from '../pipeline/step.ts';
import type { Lease, Store } from '../store/store.ts';
import { amountsOf, type Broker, type Grant } from './resources.ts';

export interface Admission {
  readonly lease: Lease;
  readonly grant: Grant;
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
  const take = (): Promise<Grant | undefined> =>
    broker.take(amountsOf(step, context.numericalGpus), priority, stop);
  const grant = await take();
  if (!grant) return undefined;
  const lease = await orRelease(grant, () => store.leaseAtOnce(key));
  if (lease) return admission(lease, grant);
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
  const later = await orRelease(waited, take);
  if (later) return admission(waited, later);
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

function admission(lease: Lease, grant: Grant): Admission {
  return {
    lease,
    grant,
    release() {
      lease.release();
      grant.release();
    },
  };
}
