/** The run's side of `watch`: says which files it reads, hears what it is to say, and ends with whoever listens. */
import { watchedVariable, type FromRun, type ToRun } from './messages.ts';

export interface Announcer {
  readonly isWatched: boolean;
  sources(this: void, paths: readonly string[]): void;
  inputs(this: void, patterns: Iterable<string>): void;
  /** Lines that the watch has for people from now on. */
  hear(this: void, say: (line: string) => void): void;
}

/** Silent where this process was not started by `watch`. */
export function createAnnouncer(): Announcer {
  const { channel } = process;
  if (process.env[watchedVariable] === undefined || !channel)
    return { isWatched: false, sources: () => undefined, inputs: () => undefined, hear: () => undefined };
  process.on('disconnect', () => process.kill(process.pid, 'SIGINT'));
  // Listening must not keep a finished run alive.
  channel.unref();
  const send = (message: FromRun): void => {
    process.send?.(message, undefined, undefined, () => undefined);
  };
  return {
    isWatched: true,
    sources(paths) {
      send({ kind: 'sources', paths });
    },
    inputs(patterns) {
      send({ kind: 'inputs', patterns: [...patterns] });
    },
    hear(say) {
      process.on('message', (message) => {
        say((message as ToRun).line);
      });
    },
  };
}
