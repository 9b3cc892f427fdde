/** The log of one job: created by the first byte, appended to, and bounded. */
import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Bytes after which a log says that it was cut and takes no more. */
export const logLimit = 16 * 1024 * 1024;

export class LogFile {
  private fd: number | undefined;
  private left: number;
  private closed = false;

  constructor(
    private readonly path: string,
    private readonly limit = logLimit,
  ) {
    this.left = limit;
  }

  /** Appends at once, so that nothing is lost when the process ends the hard way. Throws what the disk throws (ENOSPC …). */
  write(chunk: string | Uint8Array): void {
    if (this.closed) return;
    this.fd ??= this.open();
    if (this.left < 0) return;
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    writeAll(this.fd, bytes.subarray(0, this.left));
    this.left -= bytes.length;
    if (this.left < 0) {
      writeAll(
        this.fd,
        Buffer.from(`\n[ar-pipe: the log ends here, it reached ${this.limit / 1024 / 1024} MB]\n`),
      );
    }
  }

  line(text: string): void {
    this.write(`${text}\n`);
  }

  close(): void {
    this.closed = true;
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
  }

  private open(): number {
    mkdirSync(dirname(this.path), { recursive: true });
    const fd = openSync(this.path, 'a');
    this.left -= fstatSync(fd).size;
    return fd;
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}
