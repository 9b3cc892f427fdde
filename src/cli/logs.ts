/** Logs of steps: `<state>/logs/<step>/<run>.log`; run ids sort by time. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Path of a step's newest log, or undefined where none was written. */
export function lastLog(state: string, step: string): string | undefined {
  const folder = join(state, 'logs', step);
  try {
    const newest = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.log'))
      .map((entry) => entry.name)
      .sort()
      .at(-1);
    return newest === undefined ? undefined : join(folder, newest);
  } catch {
    return undefined;
  }
}
