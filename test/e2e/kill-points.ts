/** Death of a program at each system call that changes the disk, by strace's fault injection. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** Calls that change files or their names, on any architecture; the question mark lets strace pass over those it does not know. */
const changing = [
  ...['mkdir', 'mkdirat', 'rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'rmdir', 'link', 'linkat'],
  ...['symlink', 'symlinkat', 'chmod', 'fchmod', 'fchmodat', 'utimensat', 'ftruncate', 'copy_file_range'],
  ...['pwrite64', 'write', 'fsync', 'fdatasync'],
].map((name) => `?${name}`);

export interface KillPoint {
  readonly call: string;
  /** Which of a thread's calls of that name, from 1. */
  readonly when: number;
  /** Only calls that name this path, relative to the project, or all. */
  readonly path?: string;
}

export const pointText = ({ call, when, path }: KillPoint): string =>
  `${call} ${when}${path === undefined ? '' : ` of ${path.split('/').slice(-2).join('/')}`}`;

/** Whether strace is here and may trace. */
export const canTrace = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', 'true']).status === 0;

/** One pool thread, so that every run makes its calls in the same order. */
export const steady = { UV_THREADPOOL_SIZE: '1' };

/** What to put before a command so that it dies at a point; never --seccomp-bpf, which drops injections in silence. */
export function killing({ call, when, path }: KillPoint, folder: string, log: string): string[] {
  const only = path === undefined ? [] : ['-P', join(folder, path)];
  return [
    'strace',
    ...['-f', '-qq', '-o', log, ...only],
    ...['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${when}`],
  ];
}

export const tracing = (log: string): string[] => [
  'strace',
  ...['-f', '-qq', '-o', log, '-e', `trace=${changing.join(',')}`, '-e', 'signal=none'],
];

export const wasKilled = (log: string): boolean => /\+\+\+ killed by SIGKILL/.test(readFileSync(log, 'utf8'));

/** Every point of a traced run. strace counts for each thread by itself, so the busiest thread tells how many there are. */
export function pointsOf(log: string): KillPoint[] {
  const perThread = new Map<string, number>();
  const most = new Map<string, number>();
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const [, thread, call] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (thread === undefined || call === undefined) continue;
    const count = (perThread.get(`${thread} ${call}`) ?? 0) + 1;
    perThread.set(`${thread} ${call}`, count);
    most.set(call, Math.max(most.get(call) ?? 0, count));
  }
  return [...most].flatMap(([call, count]) =>
    Array.from({ length: Math.ceil(count) }, (_, i) => ({ call, when: i + 1 })),
  );
}

/** Changes of checkpoints, which another process makes: named by their path, since that is the same in every run. */
export function checkpointPointsOf(log: string, folder: string): KillPoint[] {
  const points = new Map<string, KillPoint>();
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const call = /^\d+ +(\w+)\(/.exec(line)?.[1];
    for (const [, path] of line.matchAll(/"([^"]*\/checkpoints\/[0-9a-f]{64}\/\d+[^"]*)"/g))
      if (call !== undefined)
        points.set(`${call} ${path!}`, { call, when: 1, path: relative(folder, path!) });
  }
  return [...points.values()];
}

/** So many of a list, evenly spread; all of it where `count` is Infinity. */
export function sampled<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from(
    { length: Math.ceil(count) },
    (_, i) => items[Math.floor(((i + 0.5) * items.length) / Math.ceil(count))]!,
  );
}

/** A file for strace's log, gone with the folder that `dispose` removes. */
export function traceLog(): { path: string; dispose: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'ar-pipe-trace-'));
  return {
    path: join(folder, 'log'),
    dispose: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
