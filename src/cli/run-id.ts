import { randomInt } from 'node:crypto';

/** Sorts by time, to the millisecond: `<date>-<time>-` and six hex digits, three of milliseconds, three of chance. */
export function runId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const hex = (value: number): string => value.toString(16).padStart(3, '0');
  return `${stamp}-${hex(now.getUTCMilliseconds())}${hex(randomInt(4096))}`;
}
