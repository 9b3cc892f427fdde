/** What lies in a lease's file, and the files of one key. */
import { readFileSync, statSync } from 'node:fs';
import type { StoredFile } from './inventory.ts';
import { namesIn } from './layout.ts';
import {
  fateOf,
  fateOfProcess,
  isStopped,
  procStat,
  thisProcess,
  type Owner,
  type ProcessId,
} from './owner.ts';

export interface LeaseRecord extends Owner {
  /** Differs between any two leases. */
  readonly token: string;
  /** Processes that compute under the lease. */
  readonly workers: readonly ProcessId[];
  /** Counts up while the owner lives. */
  readonly beat: number;
}

/** One lease file as it was read; `record` is undefined while its text makes no sense (just being written, or damaged). */
export interface LeaseFile {
  readonly number: number;
  readonly path: string;
  readonly text: string;
  readonly record: LeaseRecord | undefined;
}

export function parseLease(text: string): LeaseRecord | undefined {
  try {
    const value = JSON.parse(text) as Partial<LeaseRecord> | null;
    const complete =
      value && typeof value.token === 'string' && Number.isInteger(value.pid) && Array.isArray(value.workers);
    return complete ? (value as LeaseRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** Numbers of a key's lease files, in no order. */
export function leaseNumbers(folder: string, key: string): number[] {
  const numbers: number[] = [];
  for (const name of namesIn(folder)) {
    if (!name.startsWith(key) || name[key.length] !== '.') continue;
    const number = Number(name.slice(key.length + 1));
    if (Number.isInteger(number)) numbers.push(number);
  }
  return numbers;
}

/** All lease files of a key but the one with the number `except`. */
export function readLeases(folder: string, key: string, except?: number): LeaseFile[] {
  return leaseNumbers(folder, key).flatMap((number) => {
    if (number === except) return [];
    const path = `${folder}/${key}.${number}`;
    const text = readIfThere(path);
    return text === undefined ? [] : [{ number, path, text, record: parseLease(text) }];
  });
}

export function describeOwner(record: LeaseRecord | undefined): string {
  if (!record) return 'a process that is not known';
  const me = thisProcess();
  const visible = record.boot === me.boot && record.pidSpace === me.pidSpace && record.host === me.host;
  if (visible && record.pid === me.pid) return 'another step of this run, which does the same work';
  const stopped =
    visible && isStopped(record) ? `, which is stopped (kill -CONT ${record.pid} lets it go on)` : '';
  return `process ${record.pid} on ${record.host}${stopped}`;
}

/**
 * Kills the workers that a dead owner left computing, with the groups they lead. True once none is left that could be
 * ended; workers of other machines, and those whose start is not known, are not touched.
 */
export function endWorkers(files: readonly LeaseFile[], me: Owner): boolean {
  let ended = true;
  for (const { record } of files) {
    if (!record || record.boot !== me.boot || record.pidSpace !== me.pidSpace || record.host !== me.host)
      continue;
    for (const worker of record.workers) {
      if (fateOfProcess(worker) === 'alive' && kill(worker.pid)) ended = false;
    }
  }
  return ended;
}

/** False where the process is gone, or not ours to end. */
function kill(pid: number): boolean {
  try {
    process.kill(procStat(pid)?.group === pid ? -pid : pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

/** Whether nobody can be computing under this file any more. `quietMs`: how long its text has not changed, as seen from here. */
export function isDead(file: LeaseFile, me: Owner, quietMs: number, silenceMs: number): boolean {
  const fate = file.record ? fateOf(file.record, me) : 'unknown';
  return fate === 'dead' || (fate === 'unknown' && quietMs >= silenceMs);
}

/** Whether somebody may be building the key now. */
export function isLeased(folder: string, key: string): boolean {
  const me = thisProcess();
  return readLeases(folder, key).some((file) => !isDead(file, me, 0, Infinity));
}

/**
 * Files of leases that nobody will give back: their owner is dead and its workers too. An owner that cannot be seen from here, or
 * is not known, counts as dead once its file is `silenceMs` old. Whoever takes the key meanwhile looks again (leases.ts).
 */
export function abandonedLeases(folder: string, now: number, silenceMs: number): StoredFile[] {
  const me = thisProcess();
  return namesIn(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile()) return [];
    const { size: bytes, mtimeMs } = stat;
    const record = parseLease(readIfThere(path) ?? '');
    const fate = record ? fateOf(record, me) : 'unknown';
    const computing = record?.workers.some((worker) => fateOfProcess(worker) === 'alive');
    const gone = fate === 'dead' ? !computing : fate === 'unknown' && now - mtimeMs > silenceMs;
    return gone ? [{ name, path, bytes, mtimeMs }] : [];
  });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
