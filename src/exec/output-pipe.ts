/**
 * The pipe into which a worker's commands write, one command after the other. Node's own pipes are sockets: what a shell calls
 * /dev/stdout and /dev/stderr cannot be opened then, and each costs a command as much time as its process. So this is a pipe with a name,
 * which loses it as soon as both its ends are open.
 */
import { execFileSync } from 'node:child_process';
import { constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface OutputPipe {
  /** The end to write to. */
  readonly fd: number;
  /** Hands on what is written from now on, in chunks that are used again; the function it gives takes what is left in the pipe, and stops. */
  listen(output: (chunk: Buffer) => void): () => void;
}

const folderName = 'ar-pipe-output';
const pipePath = new RegExp(`/${folderName}-[^/]{6}/pipe$`);

/** Whether this is the path of such a pipe: what a process opened there is none of the step's files. */
export const isOutputPipe = (path: string): boolean => pipePath.test(path);

/** `env`: for the program that makes it; `spare`: a folder for it where TMPDIR leads nowhere. Throws where no pipe can be made. */
export function openOutputPipe(env: NodeJS.ProcessEnv, spare: string): OutputPipe {
  const folder = temporaryFolder(spare);
  try {
    const path = join(folder, 'pipe');
    // A job may have a PATH on which there is little.
    const withSystem = { ...env, PATH: `${env['PATH'] ?? ''}:/usr/bin:/bin` };
    execFileSync('mkfifo', [path], { env: withSystem, stdio: ['ignore', 'ignore', 'pipe'] });
    // This end first, or the other would wait for it.
    const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const fd = openSync(path, constants.O_WRONLY);
    let listener: ((chunk: Buffer) => void) | undefined;
    const socket = new Socket({ fd: reading, readable: true, writable: false });
    socket.on('data', (chunk: Buffer) => listener?.(chunk));
    socket.unref();
    return {
      fd,
      listen(output) {
        listener = output;
        return () => {
          drain(reading, output);
          listener = undefined;
        };
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function temporaryFolder(spare: string): string {
  try {
    return mkdtempSync(join(tmpdir(), `${folderName}-`));
  } catch {
    return mkdtempSync(join(spare, `${folderName}-`));
  }
}

let buffer: Buffer | undefined;

/** Whoever wrote has ended: all it wrote is in the pipe. */
function drain(fd: number, output: (chunk: Buffer) => void): void {
  buffer ??= Buffer.allocUnsafe(64 << 10);
  for (;;) {
    try {
      const read = readSync(fd, buffer, 0, buffer.length, null);
      if (read === 0) return;
      output(buffer.subarray(0, read));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return;
      throw error;
    }
  }
}
