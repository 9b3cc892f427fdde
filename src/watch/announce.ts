/** The run's side of `watch`: says which files it reads, and ends with whoever listens. */
import { watchedVariable, type FromRun } from './messages.ts';

export interface Announcer {
  sources(this: void, paths: readonly string[]): void;
  inputs(this: void, patterns: Iterable<string>): void;
}

/** Silent where this process was not started by `watch`. */
export function createAnnouncer(): Announcer {
  const { channel } = process;
  if (process.env[watchedVariable] === undefined || !channel)
    return { sources: () => undefined, inputs: () => undefined };
  process.on('disconnect', () => process.kill(process.pid, 'SIGINT'));
  // Listening must not keep a finished run alive.
  channel.unref();
  const send = (message: FromRun): void => {
    process.send?.(message, undefined, undefined, () => undefined);
  };
  return {
    sources(paths) {
      send({ kind: 'sources', paths });
    },
    inputs(patterns) {
      send({ kind: 'inputs', patterns: [...patterns] });
    },
  };
}
