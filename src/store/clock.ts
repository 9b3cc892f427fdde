/** Time as the leases use it; tests turn it by hand. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds that only ever go forward; meaningful within this process alone. */
  now(): number;
  /** Resolves after `ms`, or earlier when the signal aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls `run` every `ms` without keeping the process alive, until the returned function is called. */
  every(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  async pause(ms, signal) {
    // The only way this rejects is the abort, which is no error here.
    await delay(ms, undefined, { signal }).catch(() => undefined);
  },
  every(ms, run) {
    const timer = setInterval(run, ms);
    timer.unref();
    return () => {
      clearInterval(timer);
    };
  },
};
