import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channelStatistics, type PictureSet } from '../../stages/data/picture-set.ts';
import { readPictures } from '../../stages/data/stored-set.ts';
import importTinyImageNet from '../../stages/import-tiny-imagenet.ts';
import { runStage, type Ran } from './context.ts';
import { colour, decoded, grey, tall } from './data/jpegs.ts';
import { zipOf, type Member } from './data/zip-file.ts';
import { sharedPath } from './golden.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiny-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const small: readonly Member[] = [
  { name: 'tiny/wnids.txt', content: 'n2\nn1\n' },
  { name: 'tiny/words.txt', content: 'n1\tgoldfish\nn2\tbullfrog\nn3\teel', deflate: true },
  { name: 'tiny/train/n1/images/n1_0.JPEG', content: grey },
  { name: 'tiny/train/n1/images/n1_1.JPEG', content: colour },
  { name: 'tiny/train/n2/images/n2_5.JPEG', content: colour, deflate: true },
  { name: 'tiny/train/n2/images/n2_20.JPEG', content: grey },
  { name: 'tiny/val/images/val_0.JPEG', content: grey },
  { name: 'tiny/val/val_annotations.txt', content: 'val_0.JPEG\tn1\t0\t0\t7\t7\n' },
];
const changed = (name: string, content: string | Uint8Array): Member[] =>
  small.map((member) => (member.name.endsWith(name) ? { ...member, content } : member));

const archive = (members: readonly Member[]): string => {
  const path = join(folder, 'tiny-imagenet-200.zip');
  writeFileSync(path, zipOf(members));
  return path;
};
const imported = (path: string, params: object = {}): Promise<Ran> =>
  runStage(importTinyImageNet, folder, { params: { name: 'Tiny', ...params }, needs: { archive: path } });
const sums = ({ images, count }: PictureSet): number[] =>
  Array.from({ length: count }, (_, i) =>
    images.subarray(i * 192, (i + 1) * 192).reduce((total, value) => total + value, 0),
  );

describe('Tiny-ImageNet', () => {
  it('becomes pictures of three channels with labels and words', async () => {
    const ran = await imported(archive(small));
    const train = readPictures(ran.out('train.safetensors'));
    expect([...train.set.labels]).toEqual([0, 1, 0, 1]);
    expect([...train.set.index]).toEqual([0, 1, 2, 3]);
    expect(sums(train.set)).toEqual([
      decoded.colour.sum,
      decoded.grey.sum,
      decoded.grey.sum,
      decoded.colour.sum,
    ]);
    const { mean, std } = channelStatistics(train.set);
    expect(train.facts).toEqual({ name: 'Tiny', classNames: ['bullfrog', 'goldfish'], mean, std });
    const test = readPictures(ran.out('test.safetensors'));
    expect([...test.set.labels]).toEqual([1]);
    expect(JSON.parse(readFileSync(ran.out('meta.json'), 'utf8'))).toMatchObject({
      train: 4,
      test: 1,
      height: 8,
      width: 8,
      channels: 3,
    });
    expect(ran.progress).toEqual([[5, 5]]);
  });

  it('is measured over all training pictures, and only what is asked for is kept', async () => {
    const all = readPictures((await imported(archive(small))).out('train.safetensors'));
    const ran = await imported(archive(small), { train: { perClass: 1 } });
    const some = readPictures(ran.out('train.safetensors'));
    expect(some.facts).toEqual(all.facts);
    expect([...some.set.index]).toEqual([0, 1]);
    expect([...some.set.images]).toEqual([...all.set.images.subarray(0, 2 * 192)]);
  });

  it('is not decoded beyond what is asked for where constants are given', async () => {
    const normalise = { mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2] };
    const path = archive(changed('n1_1.JPEG', 'damaged'));
    const ran = await imported(path, { train: { first: 2 }, normalise });
    expect(ran.progress).toEqual([[3, 3]]);
    expect(readPictures(ran.out('train.safetensors')).facts).toMatchObject(normalise);
    await expect(imported(path, { train: { first: 5 }, normalise })).rejects.toThrow(
      `${path}: 5 pictures are asked for, but it has 4`,
    );
  });

  it.each([
    [
      'a picture of another size',
      changed('n1_1.JPEG', tall),
      /n1_1\.JPEG of .* is 16x8 pixels, but the first/,
    ],
    ['a cut picture', changed('n2_20.JPEG', grey.subarray(0, -8)), /n2_20\.JPEG of .* is a truncated/],
    ['a text for a picture', changed('val_0.JPEG', 'hello'), /val_0\.JPEG of .* is not a JPEG picture/],
    ['an unknown label', changed('annotations.txt', 'val_0.JPEG\tn3'), /val_annotations\.txt of .*, line 1/],
    ['no wnids.txt', small.filter(({ name }) => !name.endsWith('wnids.txt')), /has 0 members wnids\.txt/],
    ['no words.txt', small.filter(({ name }) => !name.endsWith('words.txt')), /lacks tiny\/words\.txt/],
    [
      'a path that climbs',
      [...small, { name: '../../evil', content: '' }],
      /relative path: \.\.\/\.\.\/evil/,
    ],
  ])('with %s is refused and leaves no output', async (_, members, message) => {
    const before = readdirSync(folder, { recursive: true }).length;
    await expect(imported(archive(members))).rejects.toThrow(message);
    const after = readdirSync(folder, { recursive: true }).map(String);
    // The job's folder with its folder of checkpoints, both empty.
    expect(after).toHaveLength(before + 2);
  });

  it('stops when told to', async () => {
    const signal = AbortSignal.abort();
    const needs = { archive: archive(small) };
    await expect(
      runStage(importTinyImageNet, folder, { params: { name: 'x' }, needs, signal }),
    ).rejects.toThrow('aborted');
  });

  it.skipIf(!existsSync(sharedPath('data')))(
    'of real pictures is read as Python reads it, twice the same',
    { timeout: 60_000 },
    async () => {
      const path = sharedPath('data/tiny-imagenet-pictures/tiny-imagenet-200.zip');
      const params = { train: { perClass: 1 }, normalise: { mean: [0, 0, 0], std: [1, 1, 1] } };
      const ran = await imported(path, params);
      const { set, facts } = readPictures(ran.out('train.safetensors'));
      const test = readPictures(ran.out('test.safetensors')).set;
      expect([set.count, set.height, set.width, set.channels]).toEqual([200, 64, 64, 3]);
      expect(facts.classNames).toHaveLength(200);
      for (let label = 0; label < 200; label++) {
        expect(test.labels.filter((found) => found === label)).toHaveLength(5);
      }
      // By zipfile and Pillow: pixel [0, 0] of picture 0, [5, 9] of picture 17, [60, 60] of validation picture 3.
      const pixel = ({ images }: PictureSet, picture: number, y: number, x: number): number[] => [
        ...images.subarray(((picture * 64 + y) * 64 + x) * 3).subarray(0, 3),
      ];
      expect(pixel(set, 0, 0, 0)).toEqual([200, 203, 194]);
      expect(pixel(set, 17, 5, 9)).toEqual([63, 92, 98]);
      expect(pixel(test, 3, 60, 60)).toEqual([104, 128, 132]);

      const again = await imported(path, params);
      for (const name of ['train.safetensors', 'test.safetensors', 'meta.json'])
        expect(readFileSync(again.out(name)).equals(readFileSync(ran.out(name)))).toBe(true);
    },
  );
});
