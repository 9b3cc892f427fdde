/** A shared cache behind HTTP: GET, HEAD and PUT of plain paths, as nginx, Apache or any WebDAV server do. */
import { createReadStream, createWriteStream } from 'node:fs';
import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream/promises';
import { RemoteError, type Remote } from './remote.ts';

export interface HttpOptions {
  /** Value of the header Authorization; a bare token is sent as `Bearer`. */
  readonly authorization?: string | undefined;
  /** Milliseconds in which nothing comes, after which the other side counts as gone. Default 20,000. */
  readonly idleMs?: number;
  /** Ends whatever goes on. */
  readonly signal?: AbortSignal | undefined;
}

interface Ask {
  readonly method: 'GET' | 'HEAD' | 'PUT';
  readonly path: string;
  readonly body?: string | { readonly file: string; readonly bytes: number };
}

/** No redirect is followed: the password would go along. */
export function createHttpRemote(
  base: URL,
  { authorization, idleMs = 20_000, signal }: HttpOptions = {},
): Remote {
  const { request, Agent } = base.protocol === 'https:' ? https : http;
  // One does not keep the process waiting.
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const root = base.href.endsWith('/') ? base.href : `${base.href}/`;
  const headers = authorization === undefined ? {} : { authorization: headerOf(authorization) };

  /** What `take` makes of the answer, all of which has then been read. */
  function ask<T>(
    { method, path, body }: Ask,
    take: (answer: IncomingMessage) => T | Promise<T>,
  ): Promise<T> {
    const extra =
      body === undefined
        ? {}
        : typeof body === 'string'
          ? { 'content-length': Buffer.byteLength(body) }
          : { 'content-length': body.bytes, expect: '100-continue' };
    return new Promise<T>((resolve, reject) => {
      const fail = (error: unknown): void => {
        reject(error instanceof RemoteError ? error : new RemoteError(trouble(error)));
      };
      const asked = request(
        new URL(path, root),
        { method, agent, headers: { ...headers, ...extra }, ...(signal ? { signal } : {}) },
        (answer) => {
          const taking = async (): Promise<T> => take(answer);
          taking()
            .then(resolve, fail)
            .finally(() => answer.resume());
        },
      );
      asked.setTimeout(idleMs, () => asked.destroy(new RemoteError(`nothing came for ${idleMs / 1000} s`)));
      asked.on('error', fail);
      if (body === undefined || typeof body === 'string') asked.end(body);
      else sendLate(asked, body.file, fail);
    });
  }

  return {
    name: base.host + base.pathname,
    has: (path) => ask({ method: 'HEAD', path }, isThere),
    read: (path, mostBytes) =>
      ask({ method: 'GET', path }, async (answer) => {
        if (!isThere(answer)) return undefined;
        const chunks: Buffer[] = [];
        for await (const chunk of limited(answer, mostBytes)) chunks.push(chunk);
        return Buffer.concat(chunks).toString();
      }),
    download: (path, to, bytes) =>
      ask({ method: 'GET', path }, async (answer) => {
        if (!isThere(answer)) return false;
        await pipeline(limited(answer, bytes), createWriteStream(to, { flags: 'wx' }));
        return true;
      }),
    upload: (path, body) =>
      ask({ method: 'PUT', path, body }, (answer) => {
        const status = answer.statusCode ?? 0;
        if (status < 200 || status > 299)
          throw new RemoteError(`PUT was answered with ${statusText(answer)}`);
      }),
  };
}

/** Some servers never say that they are ready. */
const patienceMs = 1000;

/** Once the server wants it: one that refuses (401, 413) may close before it has read gigabytes, and its answer would be lost. */
function sendLate(asked: ClientRequest, file: string, fail: (error: unknown) => void): void {
  let isDue = true;
  const send = (): void => {
    clearTimeout(clock);
    if (!isDue) return;
    isDue = false;
    pipeline(createReadStream(file), asked).catch(fail);
  };
  const clock = setTimeout(send, patienceMs);
  asked.once('continue', send);
  asked.once('response', () => {
    clearTimeout(clock);
    if (isDue) asked.destroy();
    isDue = false;
  });
  asked.once('close', () => {
    clearTimeout(clock);
  });
}

const headerOf = (authorization: string): string =>
  /^[A-Za-z]+ /.test(authorization) ? authorization : `Bearer ${authorization}`;

function isThere(answer: IncomingMessage): boolean {
  if (answer.statusCode === 200) return true;
  if (answer.statusCode === 404 || answer.statusCode === 410) return false;
  throw new RemoteError(`it answers with ${statusText(answer)}`);
}

const statusText = ({ statusCode, statusMessage }: IncomingMessage): string =>
  `${statusCode ?? '?'} ${statusMessage ?? ''}`.trim();

async function* limited(answer: IncomingMessage, mostBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new RemoteError(`it sends more than ${mostBytes} bytes`);
    yield chunk;
  }
}

function trouble(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}
