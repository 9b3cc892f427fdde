/**
 * Who may run now: cores, memory, GPUs and whatever else the pipeline counts. The most urgent waiting step is served first. What
 * it lacks is kept for it, so that a large request is not starved by small ones behind it; those that want nothing of
 * that go on, so that cores do not stand still while steps wait for a GPU.
 */
import { PipelineError } from '../core/failure.ts';
import type { Step } from '../pipeline/step.ts';
import type { WorkerId } from '../store/store.ts';
import { isNumerical } from './environment.ts';
import { createQueue, type Queue } from './queue.ts';

export type Amounts = Readonly<Record<string, number>>;

export interface Grant {
  /** Numbers of the GPUs handed out. */
  readonly gpus: readonly number[];
  /** Says which process computes with them. */
  worker(process: WorkerId): void;
  release(): void;
}

export interface Broker {
  /** Resolves when the amounts are free; undefined when aborted first. */
  take(wanted: Amounts, priority: number, signal: AbortSignal): Promise<Grant | undefined>;
}

export interface Capacity {
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly gpus: readonly number[];
  /** What a numerical step takes of them where it does not say. */
  readonly numericalGpus: number;
  readonly other: Amounts;
}

const units: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/**
 * Amounts of a step in its try `attempt` (counted from 0): one core (and for numerical ones the backend's GPU) where it says
 * nothing, memory in bytes. Throws PipelineError on a text it cannot read.
 */
export function amountsOf(step: Step, numericalGpus: number, attempt = 0): Amounts {
  const wanted: Record<string, number> =
    isNumerical(step) && numericalGpus > 0 ? { cpus: 1, gpus: numericalGpus } : { cpus: 1 };
  for (const [name, given] of Object.entries(step.options.resources ?? {})) {
    const value = typeof given === 'object' ? given[Math.min(attempt, given.length - 1)] : given;
    if (value === undefined) continue;
    wanted[name] = typeof value === 'number' ? value : bytes(value, step, name);
  }
  return wanted;
}

function bytes(text: string, step: Step, name: string): number {
  const parts = /^(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(text.trim());
  if (!parts) {
    throw new PipelineError({
      reason: 'usage',
      message: `step '${step.name}': cannot read resources.${name} = '${text}'`,
      hint: `write a number, or a text as '1.5GB'`,
    });
  }
  return Number(parts[1]) * units[parts[2]!.toLowerCase()]!;
}

/** Throws PipelineError `usage` for a step that could never run here. */
export function checkPossible(steps: readonly Step[], capacity: Capacity): void {
  const limits = limitsOf(capacity);
  for (const step of steps) {
    for (const [name, amount] of mostAmounts(step, capacity.numericalGpus)) {
      const limit = limits[name] ?? 0;
      if (amount <= limit) continue;
      throw new PipelineError({
        reason: 'usage',
        message: `step '${step.name}' asks for ${name} ${amount}, but there is only ${limit}`,
        hint:
          name === 'cpus'
            ? 'raise --jobs or lower its resources'
            : `lower its resources, or raise the pipeline's`,
      });
    }
  }
}

/** What it takes in any of its tries. */
function mostAmounts(step: Step, numericalGpus: number): Map<string, number> {
  const most = new Map<string, number>();
  for (let attempt = 0; attempt <= (step.options.retries ?? 0); attempt++)
    for (const [name, amount] of Object.entries(amountsOf(step, numericalGpus, attempt)))
      most.set(name, Math.max(amount, most.get(name) ?? 0));
  return most;
}

const limitsOf = (capacity: Capacity): Record<string, number> => ({
  ...capacity.other,
  cpus: capacity.cpus,
  memory: capacity.memory,
  gpus: capacity.gpus.length,
});

/** The same text for steps that take the same. */
export const demandOf = (amounts: Amounts): string =>
  JSON.stringify(Object.entries(amounts).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Part of the machine that a step takes while it runs: of what it takes most. */
export function shareOf(step: Step, capacity: Capacity): number {
  const limits = limitsOf(capacity);
  const parts = Object.entries(amountsOf(step, capacity.numericalGpus)).map(
    ([name, amount]) => amount / (limits[name] ?? amount),
  );
  return Math.max(0, ...parts.filter((part) => Number.isFinite(part)));
}

interface Waiting {
  readonly wanted: Amounts;
  readonly demand: string;
  readonly priority: number;
  readonly order: number;
  readonly signal: AbortSignal;
  readonly settle: (grant: Grant | undefined) => void;
}

/** By priority, then in order of arrival. */
const isServedBefore = (a: Waiting, b: Waiting): boolean =>
  a.priority === b.priority ? a.order < b.order : a.priority > b.priority;

export function createBroker(capacity: Capacity): Broker {
  const free = limitsOf(capacity);
  const gpus = [...capacity.gpus];
  /** By demand: of those that want the same, the first stands for all. */
  const queues = new Map<string, Queue<Waiting>>();
  const heard = new WeakSet<AbortSignal>();
  let order = 0;

  const lacking = (wanted: Amounts): string[] =>
    Object.keys(wanted).filter((name) => wanted[name]! > (free[name] ?? 0));
  const hand = (wanted: Amounts): Grant => {
    for (const [name, amount] of Object.entries(wanted)) free[name] = (free[name] ?? 0) - amount;
    const mine = gpus.splice(0, wanted['gpus'] ?? 0);
    let released = false;
    return {
      gpus: mine,
      worker: () => undefined,
      release() {
        if (released) return;
        released = true;
        for (const [name, amount] of Object.entries(wanted)) free[name] = (free[name] ?? 0) + amount;
        gpus.push(...mine);
        gpus.sort((a, b) => a - b);
        // Later, so that what the end of this step decides (to stop, for instance) comes before what starts next.
        setImmediate(serve);
      },
    };
  };
  /** The most urgent one that fits and wants nothing that a more urgent one lacks. */
  const next = (): Waiting | undefined => {
    const heads = [...queues.values()].map((queue) => queue.first()!);
    const kept = new Set<string>();
    for (const head of heads.sort((a, b) => (isServedBefore(a, b) ? -1 : 1))) {
      if (Object.keys(head.wanted).some((name) => kept.has(name) && head.wanted[name]! > 0)) continue;
      const missing = lacking(head.wanted);
      if (missing.length === 0) return head;
      // Nearly all want cores: they are kept only once nothing else is missing.
      for (const name of missing) if (name !== 'cpus' || missing.length === 1) kept.add(name);
    }
    return undefined;
  };
  const serve = (): void => {
    for (let served; (served = next());) {
      const queue = queues.get(served.demand)!;
      queue.shift();
      if (queue.size === 0) queues.delete(served.demand);
      served.settle(hand(served.wanted));
    }
  };
  /** Once a signal, not once a step: a signal looks through all its listeners for each one that is added or removed. */
  const listen = (signal: AbortSignal): void => {
    if (heard.has(signal)) return;
    heard.add(signal);
    const leave = (): void => {
      for (const [demand, queue] of queues) {
        for (const { settle } of queue.remove((waiting) => waiting.signal === signal)) settle(undefined);
        if (queue.size === 0) queues.delete(demand);
      }
      serve();
    };
    signal.addEventListener('abort', leave, { once: true });
  };
  return {
    take(wanted, priority, signal) {
      if (signal.aborted) return Promise.resolve(undefined);
      if (queues.size === 0 && lacking(wanted).length === 0) return Promise.resolve(hand(wanted));
      listen(signal);
      return new Promise((settle) => {
        const demand = demandOf(wanted);
        const queue = queues.get(demand) ?? createQueue(isServedBefore);
        queues.set(demand, queue);
        queue.push({ wanted, demand, priority, order: order++, signal, settle });
        serve();
      });
    },
  };
}
