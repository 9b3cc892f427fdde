/** Which process owns something in the store, and whether that process still lives. */
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process: its id, and when it started in clock ticks since boot (null where the system does not tell), since ids are reused. */
export interface ProcessId {
  readonly pid: number;
  readonly start: string | null;
}

export interface Owner extends ProcessId {
  readonly host: string;
  /** Changes with every boot of the host; empty where unknown. */
  readonly boot: string;
  /** The space in which `pid` means something: containers of one machine have their own. Empty where unknown. */
  readonly pidSpace: string;
}

/** `unknown`: this process cannot see the owner, so only its heartbeat tells. */
export type Fate = 'alive' | 'dead' | 'unknown';

/** State letter, process group and start time from the text of /proc/<pid>/stat; the name in it may hold anything, brackets too. */
export function parseProcStat(text: string): { state: string; group: number; start: string } | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, , group] = fields;
  const start = fields[19];
  if (state === undefined || group === undefined || start === undefined) return undefined;
  return { state, group: Number(group), start };
}

export function procStat(pid: number): ReturnType<typeof parseProcStat> {
  const text = readOr(`/proc/${pid}/stat`, '');
  return text === '' ? undefined : parseProcStat(text);
}

export function processId(pid: number): ProcessId {
  return { pid, start: procStat(pid)?.start ?? null };
}

let self: Owner | undefined;

/**
 * This process, as others will see it. Where /proc tells of another pid space than ours (a container that was given its host's),
 * the numbers in it are other processes: then nothing is known but the id, and heartbeats decide.
 */
export function thisProcess(): Owner {
  return (self ??= identify());
}

function identify(): Owner {
  const host = hostname();
  const boot = readOr('/proc/sys/kernel/random/boot_id', '').trim();
  if (procIsOurs()) return { host, boot, pidSpace: pidSpace(), ...processId(process.pid) };
  return { host, boot, pidSpace: `${pidSpace()} ${randomUUID()}`, pid: process.pid, start: null };
}

/** Also true where there is no /proc at all. */
function procIsOurs(): boolean {
  const seen = linkOr('/proc/self', '');
  return seen === '' || seen === String(process.pid);
}

/** What has become of an owner, as seen from `me`. */
export function fateOf(owner: Owner, me: Owner): Fate {
  if (owner.boot === me.boot && owner.pidSpace === me.pidSpace) {
    // Without boot ids two machines look the same, so the name must agree as well.
    if (me.boot !== '' || owner.host === me.host) return fateOfProcess(owner);
  }
  return owner.host === me.host && owner.boot !== me.boot ? 'dead' : 'unknown';
}

/** The same for a process id of this machine and pid space. A zombie computes nothing any more: it is dead. */
export function fateOfProcess({ pid, start }: ProcessId): Fate {
  const stat = procStat(pid);
  if (stat) {
    if (stat.state === 'Z' || stat.state === 'X') return 'dead';
    return start === null ? 'unknown' : stat.start === start ? 'alive' : 'dead';
  }
  // No /proc (macOS): a missing process is dead, but a present one may be another with the same id.
  return exists(pid) && start === null ? 'unknown' : 'dead';
}

/** Whether it is stopped (Control-Z, SIGSTOP): it lives, and does nothing until it is told to go on. */
export const isStopped = ({ pid, start }: ProcessId): boolean => {
  const stat = procStat(pid);
  return stat !== undefined && stat.start === start && /^[Tt]$/.test(stat.state);
};

/** What an owner's file says; undefined where it is not there, or not written yet. */
export function readOwner(path: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const pidSpace = (): string => linkOr('/proc/self/ns/pid', '');

function linkOr(path: string, otherwise: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return otherwise;
  }
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
