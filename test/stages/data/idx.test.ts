import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseIdx, readIdx } from '../../../stages/data/idx.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'idx-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const idx = (shape: number[], data: number[]): Buffer => {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  for (const [axis, n] of shape.entries()) header.writeUInt32BE(n, 4 + 4 * axis);
  return Buffer.concat([header, Buffer.from(data)]);
};
const file = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const images = idx([2, 1, 3], [1, 2, 3, 4, 5, 6]);

describe('IDX', () => {
  it('is read plain and gzipped', () => {
    const labels = idx([2], [1, 0]);
    const plain = readIdx(file('i', images), file('l', labels), 2);
    expect(plain).toEqual(readIdx(file('i.gz', gzipSync(images)), file('l.gz', gzipSync(labels)), 2));
    expect(plain).toMatchObject({ count: 2, height: 1, width: 3, channels: 1, labels: Int32Array.of(1, 0) });
    expect([...plain.images]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('names the file and the fault', () => {
    const good = file('i', images);
    const bad = (labels: Uint8Array) => () => readIdx(good, file('bad', labels), 2);
    expect(bad(idx([2], [0]))).toThrow('should hold 2 bytes after its header, but has 1');
    expect(bad(idx([3], [0, 0, 1]))).toThrow('bad holds 3 labels, but');
    expect(bad(idx([2], [0, 2]))).toThrow('record 1 has label 2, but there are 2 classes');
    expect(bad(images)).toThrow('bad is not an IDX file of bytes with 1 axes');
    expect(bad(gzipSync(idx([2], [0, 1])).subarray(0, 20))).toThrow('bad is truncated or damaged');
    expect(() => parseIdx(Uint8Array.of(0, 0), 3, 'x')).toThrow('x is not an IDX file');
  });

  it('reads the embedded pictures', () => {
    const path = (name: string): string =>
      fileURLToPath(new URL(`../../../datasets/fashion-mnist/${name}`, import.meta.url));
    const test = readIdx(path('t10k-images-idx3-ubyte.gz'), path('t10k-labels-idx1-ubyte.gz'), 10);
    expect([test.height, test.width, test.channels]).toEqual([28, 28, 1]);
    const perClass = new Set(
      Array.from({ length: 10 }, (_, c) => test.labels.filter((label) => label === c).length),
    );
    expect([...perClass]).toEqual([test.count / 10]);
  });
});
