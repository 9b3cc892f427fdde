/** What processes did with files, by strace: the command to run them under, and what its reports say. Linux only. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** One successful opening of a file, or start of a program. */
export interface Access {
  /** Absolute, links followed. */
  readonly path: string;
  readonly kind: 'read' | 'write' | 'list' | 'execute';
}

/** Calls whose name a question mark precedes exist on some architectures only. */
const calls = ['?open', 'openat', '?openat2', '?creat', 'execve', '?execveat'].join(',');

/** A report a process, so that no line is broken by another: `<folder>/<prefix>.<process id>`. */
export function tracing(strace: string, reports: string): string[] {
  return [
    strace,
    '-ff',
    '-y',
    '-qq',
    '-s',
    '4096',
    '-e',
    `trace=${calls}`,
    '-e',
    'signal=none',
    '-o',
    reports,
  ];
}

/** Path of strace, or why there is none that works. */
export function findStrace(path = process.env['PATH'] ?? ''): { path: string } | { problem: string } {
  const found = path
    .split(':')
    .map((folder) => join(folder, 'strace'))
    .find((file) => existsSync(file));
  if (found === undefined) return { problem: 'strace is not installed' };
  const tried = spawnSync(found, ['-o', '/dev/null', '/bin/true'], { encoding: 'utf8' });
  if (tried.status === 0) return { path: found };
  return { problem: `strace does not work here: ${tried.stderr.trim().split('\n')[0] ?? ''}` };
}

/** All reports of a run, in no order between processes. `cwd`: what relative names of programs start from. */
export function readTraces(reports: string, cwd: string): Access[] {
  const folder = dirname(reports);
  const prefix = `${reports.slice(folder.length + 1)}.`;
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .flatMap((name) => parseTrace(readFileSync(join(folder, name), 'utf8'), cwd));
}

export function parseTrace(text: string, cwd: string): Access[] {
  return text.split('\n').flatMap((line) => parseLine(line, cwd) ?? []);
}

function parseLine(line: string, cwd: string): Access | undefined {
  const program = /^execve(?:at)?\((?:[^"]*, )?"((?:[^"\\]|\\.)*)".* = 0$/.exec(line)?.[1];
  if (program !== undefined) return { path: resolve(cwd, unescaped(program)), kind: 'execute' };
  const [, call, path] = /^(open|openat|openat2|creat)\(.* = \d+<(\/[^<>]*)>/.exec(line) ?? [];
  if (call === undefined || path === undefined) return undefined;
  const flags = /\bO_[A-Z_|]+/.exec(line.slice(line.lastIndexOf('"')))?.[0].split('|') ?? [];
  const writes = call === 'creat' || ['O_WRONLY', 'O_RDWR', 'O_TRUNC'].some((flag) => flags.includes(flag));
  const kind = writes ? 'write' : flags.includes('O_DIRECTORY') ? 'list' : 'read';
  return { path: unescaped(path.replace(/ \(deleted\)$/, '')), kind };
}

/** strace writes bytes that are no plain characters in octal, and a few in C's way. */
function unescaped(text: string): string {
  const bytes = text.replace(/\\([0-7]{1,3}|.)/g, (_, code: string) =>
    /^[0-7]/.test(code) ? String.fromCharCode(parseInt(code, 8)) : (plain[code] ?? code),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

const plain: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', v: '\v', f: '\f' };
