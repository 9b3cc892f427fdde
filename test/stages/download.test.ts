import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readPictures } from '../../stages/data/stored-set.ts';
import download from '../../stages/download.ts';
import importIdx from '../../stages/import-idx.ts';
import { runStage } from './context.ts';

const content = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let folder: string;
let server: Server;
let url: string;
/** Range headers of the requests so far. */
let asked: (string | undefined)[];
let encodings: unknown[];
/** How many bytes of the next answer are sent before the connection breaks. */
let breakAfter: number | null;
let served: Buffer;
let cut: (() => void) | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'download-'));
  asked = [];
  encodings = [];
  breakAfter = null;
  cut = undefined;
  served = content;
  server = createServer((request, response) => {
    const range = request.headers.range;
    asked.push(range);
    encodings.push(request.headers['accept-encoding']);
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

  it('names the package that brings the files, and the digest to declare for another file', async () => {
    writeFileSync(join(folder, 'd.bin'), 'other');
    const others = { folders: [folder], debianPackage: 'dataset-fashion-mnist' };
    await expect(get({}, others)).rejects.toThrow(
      `${join(folder, 'd.bin')}: its sha256 is ${digest(Buffer.from('other'))} (to use this very file, declare that digest)\n` +
        'get it by hand, put it into a folder, and set AR_PIPE_DATA to that folder\n' +
        'on Debian or Ubuntu: apt-get install dataset-fashion-mnist brings it as well',
    );
    await expect(get({}, { debianPackage: 'x; rm' })).rejects.toThrow('the name of a Debian package');
  });

  it('tries further addresses where one fails, and asks for bytes as they are', async () => {
    const ran = await get({ urls: ['http://127.0.0.1:1/d.bin', url] });
    expect(readFileSync(ran.out('d.bin')).equals(content)).toBe(true);
    expect(encodings).toEqual(['identity']);
  });

  it('takes any of several digests', async () => {
    const none = digest(Buffer.from('none'));
    writeFileSync(join(folder, 'd.bin'), content);
    const ran = await get({ sha256: [none, digest(content)] }, { folders: [folder] });
    expect(readFileSync(ran.out('d.bin')).equals(content)).toBe(true);
    await expect(get({ sha256: [none, none] }, { folders: [folder] })).rejects.toThrow(
      `sha256 ${none} or ${none}`,
    );
    await expect(get({ sha256: [] })).rejects.toThrow();
  });

  it('leaves no output where one of several files cannot be got', async () => {
    const files = [
      { name: 'd.bin', sha256: digest(content), urls: [url] },
      { name: 'e.bin', sha256: digest(Buffer.from('e')), urls: [url] },
    ];
    await expect(runStage(download, folder, { params: { files } })).rejects.toThrow('cannot get e.bin');
    const left = readdirSync(folder, { recursive: true }).map(String);
    expect(left.filter((name) => name.endsWith('e.bin'))).toEqual([]);
  });

  it.skipIf(!existsSync('/usr/share/datasets/fashion-mnist'))(
    "takes Debian's Fashion-MNIST from its folder, by the digests in docs/data.md",
    async () => {
      const told = readFileSync(new URL('../../docs/data.md', import.meta.url), 'utf8');
      const files = [...told.matchAll(/`((?:train|t10k)-\S+ubyte\.gz)` \| `([0-9a-f]{64})`/g)].map(
        ([, name, sha256]) => ({ name, sha256 }),
      );
      expect(files).toHaveLength(4);
      const folders = ['/usr/share/datasets/fashion-mnist'];
      const ran = await runStage(download, folder, { params: { files, folders } });
      const needs = {
        trainImages: ran.out('train-images-idx3-ubyte.gz'),
        trainLabels: ran.out('train-labels-idx1-ubyte.gz'),
        testImages: ran.out('t10k-images-idx3-ubyte.gz'),
        testLabels: ran.out('t10k-labels-idx1-ubyte.gz'),
      };
      const classNames = Array.from({ length: 10 }, (_, i) => `class ${i}`);
      const imported = await runStage(importIdx, folder, { params: { name: 'F', classNames }, needs });
      for (const [part, perClass] of [
        ['train', 6000],
        ['test', 1000],
      ] as const) {
        const { labels } = readPictures(imported.out(`${part}.safetensors`)).set;
        const counts = classNames.map((_, c) => labels.filter((label) => label === c).length);
        expect(counts).toEqual(Array(10).fill(perClass));
      }
    },
  );

  it('refuses names that lead elsewhere, and digests that are none', async () => {
    await expect(get({ name: '../d.bin' })).rejects.toThrow('a plain file name');
    await expect(get({ sha256: 'abc' })).rejects.toThrow('64 lower-case hex digits');
  });
});
