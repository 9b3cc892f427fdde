/**
 * Death of a program at each system call that changes the disk, by strace's fault injection. strace counts calls for each thread by
 * itself, so one thread is traced at a time: the main thread of the main process, that of a worker, and what a pool thread does.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Calls that change files or their names, on any architecture; the question mark lets strace pass over those it does not know. */
const changing = [
  ...['mkdir', 'mkdirat', 'rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'rmdir', 'link', 'linkat'],
  ...['symlink', 'symlinkat', 'chmod', 'fchmod', 'fchmodat', 'utimensat', 'ftruncate', 'copy_file_range'],
  ...['pwrite64', 'write', 'fsync', 'fdatasync'],
].map((name) => `?${name}`);

/** `main`, `worker`: their main threads. `pool`: a thread of the main process that does file work for it. */
export type Victim = 'main' | 'worker' | 'pool';

export interface KillPoint {
  readonly victim: Victim;
  readonly call: string;
  /** Which of the thread's calls of that name, from 1. */
  readonly when: number;
}

export const pointText = ({ victim, call, when }: KillPoint): string => `${victim}: ${call} ${when}`;

/** Whether strace is here and may trace. */
export const canTrace = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', 'true']).status === 0;

/** One pool thread, so that every run makes its calls in the same order. */
const steady = { UV_THREADPOOL_SIZE: '1' };

/** How to run a command line so that one of its threads is watched. */
export interface Traced {
  /** What to put before the command. */
  readonly under: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What strace wrote. */
  log(): string;
  dispose(): void;
}

/** With a `point` the thread dies there; without one its calls are only written down. */
export function traced(victim: Victim, point?: KillPoint): Traced {
  const folder = mkdtempSync(join(tmpdir(), 'ar-pipe-trace-'));
  const log = join(folder, 'log');
  // Never --seccomp-bpf: it drops injections in silence.
  const what = point
    ? ['-e', `trace=${point.call}`, '-e', `inject=${point.call}:signal=KILL:when=${point.when}`]
    : ['-y', '-e', `trace=${changing.join(',')}`, '-e', 'signal=none'];
  const strace = ['strace', ...(victim === 'pool' ? ['-f'] : []), '-qq', '-o', log, ...what];
  const common = {
    log: () => readFileSync(log, 'utf8'),
    dispose: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
  if (victim !== 'worker') return { ...common, under: strace, env: steady };
  // The main process is told that Node lies where this script is, which runs it under strace.
  const [wrapper, preload] = [join(folder, 'node'), join(folder, 'preload.cjs')];
  writeFileSync(wrapper, `#!/bin/sh\nexec ${strace.join(' ')} ${process.execPath} "$@"\n`);
  chmodSync(wrapper, 0o755);
  writeFileSync(preload, `process.execPath = ${JSON.stringify(wrapper)};\n`);
  return { ...common, under: [], env: { ...steady, NODE_OPTIONS: `--require ${preload}` } };
}

/** The call at which it died has no result. A worker that its main process ends at last is in no call. */
export const wasKilled = (log: string): boolean =>
  / = \?$/m.test(log) && log.includes('+++ killed by SIGKILL');

/** Every point of a thread. Writes count where they go to files; what wakes other threads changes no disk. */
export function pointsOf(victim: 'main' | 'worker', log: string): KillPoint[] {
  const counts = new Map<string, number>();
  return log.split('\n').flatMap((line) => {
    const [, call, target] = /^(\w+)\((?:\d+<([^>]*)>)?/.exec(line) ?? [];
    if (call === undefined) return [];
    const when = (counts.get(call) ?? 0) + 1;
    counts.set(call, when);
    return call === 'write' && !target?.startsWith('/') ? [] : [{ victim, call, when }];
  });
}

/** First calls of each name that only one thread makes, which is not a main thread: copies for people, made in the pool. */
export function poolPointsOf(log: string): KillPoint[] {
  const threads = new Map<string, Set<string>>();
  for (const line of log.split('\n')) {
    const [, thread, call] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (thread === undefined || call === undefined) continue;
    threads.set(call, (threads.get(call) ?? new Set()).add(thread));
  }
  const main = /^(\d+)/.exec(log)?.[1] ?? '';
  return [...threads].flatMap(([call, by]) =>
    by.size === 1 && !by.has(main) ? [{ victim: 'pool' as const, call, when: 1 }] : [],
  );
}

/** So many of a list, evenly spread; all of it where `count` is Infinity. */
export function sampled<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from(
    { length: Math.ceil(count) },
    (_, i) => items[Math.floor(((i + 0.5) * items.length) / Math.ceil(count))]!,
  );
}
