/** How many ready steps are looked at at once: a hundred thousand that all wait for a core would fill the memory. */
import { createQueue } from './queue.ts';

export interface Door {
  /** Resolves at once for the first so many, and for whoever is more urgent than one of those inside; for others when somebody leaves. */
  enter(priority: number): Promise<void>;
  leave(priority: number): void;
}

/** `places`: many more than may run at a time, so that there is always a choice. The most urgent one waiting is let in first. */
export function createDoor(places: number): Door {
  const inside: number[] = [];
  const waiting = createQueue<{ readonly priority: number; readonly enter: () => void }>(
    (a, b) => a.priority > b.priority,
  );
  let isDue = false;
  const letIn = (): void => {
    isDue = false;
    const isNext = ({ priority }: { readonly priority: number }): boolean =>
      inside.length < places || inside.some((other) => other < priority);
    for (let next; (next = waiting.first()) && isNext(next);) {
      waiting.shift();
      inside.push(next.priority);
      next.enter();
    }
  };
  /** Once all who come at the same moment have come, in whatever order. */
  const look = (): void => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(letIn);
  };
  return {
    enter: (priority) =>
      new Promise((enter) => {
        waiting.push({ priority, enter });
        look();
      }),
    leave(priority) {
      inside.splice(inside.indexOf(priority), 1);
      look();
    },
  };
}
