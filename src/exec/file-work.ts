/** File operations that a stage began and did not wait for: a forgotten `await`, a stream that was ended and not yet written. */
import { setImmediate, setTimeout } from 'node:timers/promises';

/** Between two looks, and how many in a row must find nothing: a stream that reads, changes and writes pauses in between. */
const pauseMs = 2;
const looks = 3;

/**
 * Waits until they have ended, as Node itself does before it exits: else what is stored is as much of a file as was written by chance.
 * Tells `onWait` where there is something to wait for.
 */
export async function fileWorkEnded(signal: AbortSignal, onWait: () => void): Promise<void> {
  // A stream that was just made opens its file in the next turn.
  await setImmediate();
  if (!fileWorkGoesOn()) return;
  onWait();
  for (let quiet = 0; quiet < looks && !signal.aborted; quiet = fileWorkGoesOn() ? 0 : quiet + 1)
    await setTimeout(pauseMs);
}

const fileWorkGoesOn = (): boolean =>
  process.getActiveResourcesInfo().some((kind) => kind.startsWith('FSReq'));
