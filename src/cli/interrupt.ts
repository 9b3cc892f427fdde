/** Signals: the first stops the run kindly (checkpoints are written), the second at once. */
import { setMaxListeners } from 'node:events';

export interface Interrupt {
  readonly stop: AbortController;
  readonly kill: AbortController;
  /** Exit status a signal asks for, or undefined. */
  status(): number | undefined;
  dispose(): void;
}

/** `isWatched`: it is `watch` that interrupts, and the keys are its own. */
export function onInterrupt(say: (text: string) => void, isWatched = false): Interrupt {
  const stop = new AbortController();
  const kill = new AbortController();
  // Every step that waits listens to them: a thousand listeners are no leak.
  setMaxListeners(0, stop.signal, kill.signal);
  let status: number | undefined;
  const handle = (signal: NodeJS.Signals): void => {
    if (status !== undefined) process.exit(status);
    status = signal === 'SIGINT' ? 130 : 143;
    say(signal === 'SIGINT' && !isWatched ? 'stopping; press Ctrl-C again to stop at once' : 'stopping');
    stop.abort();
    kill.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, handle);
  return {
    stop,
    kill,
    status: () => status,
    dispose() {
      for (const signal of signals) process.off(signal, handle);
    },
  };
}
