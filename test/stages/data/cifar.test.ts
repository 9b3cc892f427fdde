import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRecords, readCifar } from '../../../stages/data/cifar.ts';
import importCifar from '../../../stages/import-cifar.ts';
import { readPictures } from '../../../stages/data/stored-set.ts';
import { runStage } from '../context.ts';
import { goldenArrays, haveGolden, sharedPath } from '../golden.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cifar-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A record whose red, green and blue planes count up from 0, 100 and 200. */
const record = (...labels: number[]): Buffer =>
  Buffer.concat([
    Buffer.from(labels),
    ...[0, 100, 200].map((start) => Buffer.from(Array.from({ length: 1024 }, (_, i) => start + (i % 50)))),
  ]);

async function archive(name: string, files: Record<string, Buffer | string>): Promise<string> {
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  const path = join(folder, name);
  await create({ file: path, gzip: true, cwd: folder }, Object.keys(files));
  return path;
}
const small = {
  'train.bin': Buffer.concat([record(0, 1), record(0, 0), record(1, 1)]),
  'test.bin': record(0, 0),
  'fine_label_names.txt': 'cat\ndog\n\n',
};

describe('records', () => {
  it('become pictures with the channels last', () => {
    const { images, labels } = parseRecords(Buffer.concat([record(7), record(3)]), 1, 'x');
    expect([...labels]).toEqual([7, 3]);
    expect([...images.subarray(0, 6)]).toEqual([0, 100, 200, 1, 101, 201]);
    expect([...images.subarray(3072, 3075)]).toEqual([0, 100, 200]);
  });

  it('must be whole', () => {
    expect(() => parseRecords(record(7).subarray(1), 1, 'x')).toThrow(
      'x has 3072 bytes, which are not whole records',
    );
    expect(() => parseRecords(new Uint8Array(0), 1, 'x')).toThrow('x has 0 bytes');
  });
});

describe('an archive', () => {
  it('gives pictures with the fine label', async () => {
    const { train, test, classNames } = await readCifar(await archive('a.tar.gz', small), 'cifar-100');
    expect(classNames).toEqual(['cat', 'dog']);
    expect([...train.labels]).toEqual([1, 0, 1]);
    expect(test).toMatchObject({ count: 1, height: 32, width: 32, channels: 3 });
  });

  it('is refused where it is cut, lacks a member, or has a label too many', async () => {
    const path = await archive('b.tar.gz', small);
    const cut = join(folder, 'cut.tar.gz');
    writeFileSync(cut, readFileSync(path).subarray(0, 300));
    await expect(readCifar(cut, 'cifar-100')).rejects.toThrow(`${cut} is truncated or damaged`);
    await expect(readCifar(path, 'cifar-10')).rejects.toThrow('lacks data_batch_1.bin, data_batch_2.bin');
    const beyond = await archive('c.tar.gz', { ...small, 'test.bin': record(0, 2) });
    await expect(readCifar(beyond, 'cifar-100')).rejects.toThrow(
      'record 0 has label 2, but there are 2 classes',
    );
  });

  it.skipIf(!existsSync(sharedPath('data')) || !haveGolden)(
    'of real pictures is imported as it is',
    async () => {
      const needs = { archive: sharedPath('data/cifar-10-pictures/cifar-10-binary.tar.gz') };
      const params = { name: 'CIFAR-10 pictures', format: 'cifar-10', train: { perClass: 5 } };
      const ran = await runStage(importCifar, folder, { params, needs });
      const train = readPictures(ran.out('train.safetensors'));
      expect(train.set.count).toBe(50);
      expect(train.facts.classNames[0]).toBe('airplane');
      const { set } = readPictures(ran.out('test.safetensors'));
      expect(set.count).toBe(2000);
      expect([
        ...new Set(Array.from({ length: 10 }, (_, c) => set.labels.filter((l) => l === c).length)),
      ]).toEqual([200]);

      const golden = goldenArrays('resnet14-eval.safetensors');
      const x = golden.f32('x');
      const pixels = 32 * 32 * 3;
      for (const [i, place] of golden.i32('index').entries()) {
        expect(set.labels[place]).toBe(golden.i32('y')[i]);
        const bytes = x.subarray(i * pixels, (i + 1) * pixels).map((value) => Math.round(value * 255));
        expect([...set.images.subarray(place * pixels, (place + 1) * pixels)]).toEqual([...bytes]);
      }
    },
  );

  it.skipIf(!existsSync(sharedPath('data')))('of 100 classes is read by its fine labels', async () => {
    const { train, classNames } = await readCifar(
      sharedPath('data/cifar-100-layout/cifar-100-binary.tar.gz'),
      'cifar-100',
    );
    expect(classNames).toHaveLength(100);
    expect(train.labels.filter((label) => label === 99)).toHaveLength(100);
  });
});
