/** Whether the clock and the times of files agree: unchanged files are known by their times. */
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../../report/doctor-text.ts';
import { duration } from '../../report/measures.ts';

/** More than coarse clocks explain. */
const muchMs = 2000;

/** `folder`: where a file is written and removed again; `sources`: files whose times must not lie ahead. */
export function checkClock(folder: string, sources: readonly string[]): Check {
  const probe = join(folder, `.ar-pipe-doctor-${process.pid}`);
  const before = Date.now();
  try {
    writeFileSync(probe, '');
    const { mtimeMs } = statSync(probe);
    const ahead = sources.find(
      (path) => (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > Date.now() + muchMs,
    );
    return judgeClock(mtimeMs < before ? mtimeMs - before : Math.max(0, mtimeMs - Date.now()), ahead);
  } finally {
    rmSync(probe, { force: true });
  }
}

/** `skewMs`: by how much the time of a new file is ahead of the clock. Pure. */
export function judgeClock(skewMs: number, ahead: string | undefined): Check {
  const name = 'clock';
  if (Math.abs(skewMs) > muchMs) {
    return {
      name,
      state: 'slow',
      value: `a new file is ${duration(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's clock`,
      hint: 'the disk belongs to a machine with another time: let both follow a time server, or edits may be noticed late',
    };
  }
  if (ahead !== undefined) {
    return {
      name,
      state: 'slow',
      value: `${ahead} was changed in the future`,
      hint: `touch it, or it is read again by every command: touch ${ahead}`,
    };
  }
  return { name, state: 'good', value: 'agrees with the times of files' };
}
