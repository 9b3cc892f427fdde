/** Which process owns something in the store, and whether that process still lives. */
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

/** This process, as others will see it. */
export function thisProcess(): Owner {
  return (self ??= {
    host: hostname(),
    boot: readOr('/proc/sys/kernel/random/boot_id', '').trim(),
    pidSpace: pidSpace(),
    ...processId(process.pid),
  });
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

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function pidSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
