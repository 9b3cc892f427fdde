import { randomBytes } from 'node:crypto';

/** Sorts by time; the tail keeps runs of the same second apart. */
export function runId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomBytes(3).toString('hex')}`;
}
