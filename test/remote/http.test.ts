import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createHttpRemote, type HttpOptions } from '../../src/remote/http.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';
import { startFileServer, type FileServer } from './server.ts';

let server: FileServer;
beforeAll(async () => (server = await startFileServer()));
afterAll(() => server.close());
beforeEach(() => {
  server.trouble = undefined;
  server.files.set('v1/x', Buffer.alloc(100_000));
});

const open = (options: HttpOptions = {}): Remote => createHttpRemote(new URL(server.url), options);
const target = (): string => join(temporaryFolder(), 'to');
const answering = (act: (answer: ServerResponse, asked: IncomingMessage) => void) => () => {
  server.trouble = (asked, answer) => {
    act(answer, asked);
    return true;
  };
};

it.each<[string, () => void, RegExp]>([
  ['is broken', answering((answer) => answer.writeHead(500).end()), /answers with 500 Internal Server Error/],
  ['wants a password', answering((answer) => answer.writeHead(401).end('who?')), /401 Unauthorized/],
  [
    'sends elsewhere',
    answering((answer) => answer.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()),
    /302/,
  ],
  ['hangs up', answering((_, asked) => asked.socket.destroy()), /socket hang up|ECONNRESET/],
  ['says nothing', answering(() => undefined), /nothing came for 0.1 s/],
  [
    'stops half-way',
    answering((answer, asked) => {
      answer.writeHead(200, { 'content-length': 100_000 }).write('half', () => asked.socket.destroy());
    }),
    /aborted|hang up|ECONNRESET|premature/i,
  ],
  [
    'goes to sleep half-way',
    answering((answer) => void answer.writeHead(200, { 'content-length': 100_000 }).write('half')),
    /nothing came|aborted/,
  ],
  [
    'sends without end',
    answering((answer) => void answer.writeHead(200).end(Buffer.alloc(200_000))),
    /more than 100000 bytes/,
  ],
])('a server that %s is an error in words', async (_, misbehave, words) => {
  misbehave();
  const remote = open({ idleMs: 100 });
  await expect(remote.download('v1/x', target(), 100_000)).rejects.toThrow(words);
});

it('a server that is not there is an error in words', async () => {
  const remote = createHttpRemote(new URL('http://127.0.0.1:1/'));
  await expect(remote.has('v1/x')).rejects.toThrow(/ECONNREFUSED/);
});

it('a refused upload is told as the server told it, however much was to be sent', async () => {
  server.trouble = (asked, answer) => {
    answer.writeHead(403, { connection: 'close' }).end();
    asked.socket.end();
    return true;
  };
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'large'), Buffer.alloc(30_000_000));
  await expect(open().upload('v1/y', { file: join(folder, 'large'), bytes: 30_000_000 })).rejects.toThrow(
    /PUT was answered with 403 Forbidden/,
  );
  expect(readdirSync(folder)).toEqual(['large']);
});

it.each([
  ['token', 'Bearer token'],
  ['Basic YTpi', 'Basic YTpi'],
])('sends the password %s as %s', async (authorization, header) => {
  let got: string | undefined;
  server.trouble = (asked) => {
    got = asked.headers.authorization;
    return false;
  };
  await open({ authorization }).has('v1/x');
  expect(got).toBe(header);
});
