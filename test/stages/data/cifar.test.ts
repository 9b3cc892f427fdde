import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptySet, readCifar, recordsIn, RecordReader } from '../../../stages/data/cifar.ts';
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
  const bytes = Buffer.concat([record(7), record(3)]);
  it('become pictures with the channels last, in whatever pieces they come', () => {
    for (const piece of [bytes.length, 1000, 1]) {
      const set = emptySet(3);
      const reader = new RecordReader(set, 1, 1);
      for (let at = 0; at < bytes.length; at += piece) reader.push(bytes.subarray(at, at + piece));
      expect([...set.labels]).toEqual([0, 7, 3]);
      expect([...set.images.subarray(0, 3072)]).toEqual(Array(3072).fill(0));
      expect([...set.images.subarray(3072, 3078)]).toEqual([0, 100, 200, 1, 101, 201]);
      expect([...set.images.subarray(6144, 6147)]).toEqual([0, 100, 200]);
      expect([...set.images.subarray(9213)]).toEqual([1023 % 50, 100 + (1023 % 50), 200 + (1023 % 50)]);
    }
  });

  it('must be whole', () => {
    expect(recordsIn(2 * 3073, 1, 'x')).toBe(2);
    expect(() => recordsIn(3072, 1, 'x')).toThrow('x has 3072 bytes, which are not whole records');
    expect(() => recordsIn(0, 2, 'x')).toThrow('x has 0 bytes');
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

  it('is refused where a path leads out of it, or a member comes twice', async () => {
    const climbing = join(folder, 'climbing.tar.gz');
    const inside = join(folder, 'inside');
    mkdirSync(inside, { recursive: true });
    writeFileSync(join(folder, 'train.bin'), small['train.bin']);
    await create({ file: climbing, gzip: true, cwd: inside, preservePaths: true }, ['../train.bin']);
    await expect(readCifar(climbing, 'cifar-100')).rejects.toThrow(
      `${climbing} holds the path ../train.bin, which leads out of it`,
    );
    const absolute = join(folder, 'absolute.tar.gz');
    await create({ file: absolute, gzip: true, preservePaths: true }, [join(folder, 'train.bin')]);
    await expect(readCifar(absolute, 'cifar-100')).rejects.toThrow('which leads out of it');
    const twice = join(folder, 'twice.tar.gz');
    await archive('d.tar.gz', small);
    writeFileSync(join(inside, 'train.bin'), '');
    await create({ file: twice, gzip: true, cwd: folder }, [...Object.keys(small), 'inside/train.bin']);
    await expect(readCifar(twice, 'cifar-100')).rejects.toThrow(`${twice} holds train.bin twice`);
  });

  it('that is bad leaves no output', async () => {
    const path = await archive('e.tar.gz', small);
    const cut = join(folder, 'cut2.tar.gz');
    writeFileSync(cut, readFileSync(path).subarray(0, 300));
    const outputs = mkdtempSync(join(folder, 'outputs-'));
    const params = { name: 'x', format: 'cifar-100' };
    await expect(runStage(importCifar, outputs, { params, needs: { archive: cut } })).rejects.toThrow(
      'truncated',
    );
    const left = readdirSync(outputs, { recursive: true }).map(String);
    expect(left.filter((name) => /safetensors|meta/.test(name))).toEqual([]);
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
    const path = sharedPath('data/cifar-100-layout/cifar-100-binary.tar.gz');
    const { train, test, classNames } = await readCifar(path, 'cifar-100');
    expect(classNames).toHaveLength(100);
    const perClass = (labels: Int32Array): Set<number> =>
      new Set(classNames.map((_, c) => labels.filter((label) => label === c).length));
    expect([...perClass(train.labels)]).toEqual([100]);
    expect([...perClass(test.labels)]).toEqual([20]);
    // As Python's tarfile and numpy read them: pixel [0, 0] of the first picture and pixel [2, 3] of the second.
    expect([...train.labels.subarray(0, 4)]).toEqual([59, 44, 25, 1]);
    expect([...train.images.subarray(0, 3)]).toEqual([151, 140, 143]);
    expect([...train.images.subarray(3072 + 67 * 3, 3072 + 68 * 3)]).toEqual([246, 248, 247]);
  });
});
