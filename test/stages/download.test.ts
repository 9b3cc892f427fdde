import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import download from '../../stages/download.ts';
import { runStage } from './context.ts';

const content = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let folder: string;
let server: Server;
let url: string;
/** Range headers of the requests so far. */
let asked: (string | undefined)[];
/** How many bytes of the next answer are sent before the connection breaks. */
let breakAfter: number | null;
let served: Buffer;
let cut: (() => void) | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'download-'));
  asked = [];
  breakAfter = null;
  cut = undefined;
  served = content;
  server = createServer((request, response) => {
    const range = request.headers.range;
    asked.push(range);
    const from = range === undefined ? 0 : Number(/bytes=(\d+)-/.exec(range)![1]);
    const rest = served.subarray(from);
    response.writeHead(range === undefined ? 200 : 206, { 'content-length': rest.length });
    if (breakAfter === null) {
      response.end(rest);
    } else {
      // Cut as soon as the stage has seen something of it.
      cut = () => response.destroy();
      response.write(rest.subarray(0, breakAfter));
      breakAfter = null;
    }
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/d.bin`;
});
afterEach(() => {
  server.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const get = (file: object, others: object = {}, checkpoints?: string) =>
  runStage(download, folder, {
    params: { files: [{ name: 'd.bin', sha256: digest(content), ...file }], ...others },
    onProgress: () => cut?.(),
    ...(checkpoints === undefined ? {} : { checkpoints }),
  });

describe('download', () => {
  it('gets a file and says how far it is', async () => {
    const ran = await get({ urls: [url] });
    expect(readFileSync(ran.out('d.bin')).equals(content)).toBe(true);
    expect(ran.progress.at(-1)).toEqual([content.length, content.length]);
  });

  it('resumes where the connection broke', async () => {
    const checkpoints = mkdtempSync(join(folder, 'checkpoints-'));
    breakAfter = 60_000;
    await expect(get({ urls: [url] }, {}, checkpoints)).rejects.toThrow('cannot get d.bin');
    const ran = await get({ urls: [url] }, {}, checkpoints);
    expect(readFileSync(ran.out('d.bin')).equals(content)).toBe(true);
    expect(asked).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  });

  it('starts anew where the resumed bytes prove wrong', async () => {
    const checkpoints = mkdtempSync(join(folder, 'checkpoints-'));
    served = Buffer.alloc(content.length, 1);
    breakAfter = 50_000;
    await expect(get({ urls: [url] }, {}, checkpoints)).rejects.toThrow('cannot get d.bin');
    served = content;
    const ran = await get({ urls: [url] }, {}, checkpoints);
    expect(readFileSync(ran.out('d.bin')).equals(content)).toBe(true);
    expect(asked).toHaveLength(3);
  });

  it('takes a local file of the right digest first, and names one of another', async () => {
    writeFileSync(join(folder, 'official.bin'), content);
    const ran = await get({ original: 'official.bin', urls: [url] }, { folders: [folder] });
    expect(readFileSync(ran.out('d.bin')).equals(content)).toBe(true);
    expect(asked).toEqual([]);

    writeFileSync(join(folder, 'official.bin'), 'other');
    vi.stubEnv('AR_PIPE_DATA', folder);
    await expect(get({ original: 'official.bin' })).rejects.toThrow(
      `${join(folder, 'official.bin')}: its sha256 is ${digest(Buffer.from('other'))}`,
    );
  });

  it('says what to do where there is no network, or the digest is wrong everywhere', async () => {
    const gone = 'http://127.0.0.1:1/d.bin';
    await expect(get({ urls: [gone] })).rejects.toThrow(
      /cannot get d\.bin with sha256 [0-9a-f]{64}\n {2}http:\/\/127\.0\.0\.1:1\/d\.bin: .*\nget it by hand .* set AR_PIPE_DATA/,
    );
    served = Buffer.from('changed');
    await expect(get({ urls: [url] })).rejects.toThrow(`${url}: what it gives has another digest`);
  });

  it('refuses names that lead elsewhere, and digests that are none', async () => {
    await expect(get({ name: '../d.bin' })).rejects.toThrow('a plain file name');
    await expect(get({ sha256: 'abc' })).rejects.toThrow('64 lower-case hex digits');
  });
});
