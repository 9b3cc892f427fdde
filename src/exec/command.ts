/** A job whose work is a shell command: run in the job's folder, in a process group of its own, with the job's environment only. */
import { spawn } from 'node:child_process';
import { constants, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Metrics } from '../core/events.ts';
import { fail, ok, type Failure, type Result } from '../core/failure.ts';
import { environmentOf } from './environment.ts';
import type { Job } from './executor.ts';
import { openOutputPipe, type OutputPipe } from './output-pipe.ts';
import { endGroup } from './watchdog.ts';

type CommandWork = Extract<Job['work'], { kind: 'command' }>;

export interface CommandIO {
  /** What the command wrote to standard output or error. */
  output(chunk: Buffer): void;
  log(line: string): void;
  /** The command's process group while it runs, then null. */
  group(pid: number | null): void;
  readonly signal: AbortSignal;
}

/**
 * With -e: the first command that fails ends all, or the exit code of the last one would hide it, and half a result be stored.
 * The shell waits for a word before it runs the command, its only argument: only once its group is known to those who must end it. If
 * the worker is killed in between, no word comes and nothing runs. The command finds neither the word nor the argument. A second
 * shell for it would take as long as all else here.
 */
const gate = 'read -r go <&3 && exec 3<&- && eval "unset go; shift; $1"';

const longestArgument = 100_000;
const longCommand = '.ar-pipe-command';
const keptTail = 4096;
const shownLength = 200;

/** Of this process, made for its first command. */
let outputPipe: OutputPipe | undefined;

/**
 * Plain spawn: execa costs 1.1 ms a process more (2.8 against 1.7) and 100 ms to import, which is most of a tiny command's time.
 */
export async function runCommand(job: Job, work: CommandWork, io: CommandIO): Promise<Result<Metrics>> {
  for (const { name, path } of work.files) copyIn(path, join(job.folder, name));
  const env = { ...environmentOf(job), ...(job.seed === null ? {} : { AR_PIPE_SEED: String(job.seed) }) };
  outputPipe ??= openOutputPipe(env, job.folder);
  let tail = '';
  const takeRest = outputPipe.listen((chunk) => {
    io.output(chunk);
    tail = (tail + chunk.toString()).slice(-keptTail);
  });
  const child = spawn('/bin/sh', ['-ec', gate, 'sh', argumentFor(work.run, job.folder)], {
    cwd: job.folder,
    env,
    detached: true,
    stdio: ['ignore', outputPipe.fd, outputPipe.fd, 'pipe'],
  });
  const exited = new Promise<Ending>((resolve) => {
    child.on('exit', (code, signal) => {
      resolve({ code, signal });
    });
    child.on('error', (error) => {
      resolve({ code: null, signal: null, error });
    });
  });
  const group = child.pid;
  if (group === undefined)
    return fail({
      reason: 'stage-exited',
      message: `/bin/sh did not start: ${(await exited).error?.message ?? ''}`,
    });

  io.group(group);
  const word = child.stdio[3] as Duplex;
  word.on('error', () => undefined);
  word.end('go\n');
  const stop = () => endGroup(group, 'SIGTERM');
  io.signal.addEventListener('abort', stop);
  const ending = await exited;
  io.signal.removeEventListener('abort', stop);
  const wasLeft = endGroup(group);
  io.group(null);
  takeRest();
  if (wasLeft) io.log('[ar-pipe: processes that the command left running were ended]');
  return ending.code === 0 ? ok({}) : fail(failureOf(ending, tail));
}

/** Linux takes no argument of 128 KiB or more; a command that names thousands of inputs is longer. */
function argumentFor(run: string, folder: string): string {
  if (Buffer.byteLength(run) <= longestArgument) return run;
  writeFileSync(join(folder, longCommand), run);
  return `. ./${longCommand}`;
}

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: Error;
}

function copyIn(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
}

function failureOf({ code, signal }: Ending, tail: string): Failure {
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${code ?? '?'}`;
  const last = tail.trimEnd().split('\n').at(-1)!.trim().slice(0, shownLength);
  return {
    reason: 'stage-exited',
    message: `the command ${how}${last === '' ? ' and wrote nothing' : `; it last wrote: ${last}`}`,
    hint: code === null ? undefined : hints[code],
  };
}

/** The shell's own exit codes. */
const hints: Readonly<Record<number, string>> = {
  126: 'a file was found but is not executable: `chmod +x` it, or name its interpreter',
  127: 'a program was not found: install it, or check PATH and the names in `files`',
};
