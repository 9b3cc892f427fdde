/** Tells every open page what the newest run does. Looks only while a page is open. */
import type { Message, RunView } from '../run-view.ts';
import type { Follower } from './follow.ts';

export interface Hub {
  /** First the run as it is, then whatever is new; call the result to leave. */
  join(hear: (message: Message) => void): () => void;
  view(): RunView | null;
  close(): void;
}

const LOOK_MS = 300;

export function createHub(follower: Follower): Hub {
  const listeners = new Set<(message: Message) => void>();
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    for (const message of follower.look()) for (const hear of listeners) hear(message);
  };
  const rest = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    join(hear) {
      look();
      const view = follower.view();
      hear(view ? { kind: 'run', view } : { kind: 'none' });
      listeners.add(hear);
      timer ??= setInterval(look, LOOK_MS);
      return () => {
        listeners.delete(hear);
        if (listeners.size === 0) rest();
      };
    },
    view: () => follower.view(),
    close() {
      listeners.clear();
      rest();
    },
  };
}
