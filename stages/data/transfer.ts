/** Getting one file over HTTP, resumably. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

export interface Transfer {
  readonly signal: AbortSignal;
  /** Bytes there so far, and in all where the server says so. */
  readonly onProgress: (done: number, total: number | null) => void;
}

/**
 * Appends what `part` lacks of the file at `url`: what is there already is asked for no more, where the server can do that.
 * @throws an error with the server's answer or the network's failure; `part` then keeps what has come
 */
export async function transfer(url: string, part: string, { signal, onProgress }: Transfer): Promise<void> {
  const have = existsSync(part) ? statSync(part).size : 0;
  // Bytes as they lie on the server: what is compressed on the way has other lengths, so ranges would not fit.
  const headers: Record<string, string> = { 'Accept-Encoding': 'identity' };
  if (have > 0) headers['Range'] = `bytes=${have}-`;
  const response = await fetch(url, { headers, signal });
  // "Range not satisfiable": there is nothing beyond what is here.
  if (response.status === 416) return;
  if (!response.ok || response.body === null) {
    throw new Error(`the server answers ${response.status} ${response.statusText}`);
  }
  const resumed = response.status === 206;
  let done = resumed ? have : 0;
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  const total = Number.isFinite(length) ? done + length : null;
  const file = await open(part, resumed ? 'a' : 'r+').catch(() => open(part, 'w'));
  try {
    if (!resumed) await file.truncate(0);
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      await file.writeFile(chunk);
      done += chunk.length;
      onProgress(done, total);
    }
  } finally {
    await file.close();
  }
  if (total !== null && done < total) throw new Error(`the connection ended after ${done} of ${total} bytes`);
}
