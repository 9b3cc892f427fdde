/**
 * CIFAR-10 and CIFAR-100 in their binary version: records of label bytes and 3 planes (R, G, B) of 32x32 bytes, row by row.
 * CIFAR-100 has a coarse and a fine label; the fine one counts. The number of records comes from the files.
 */
import { sizesOfMembers, streamMembers } from './archive.ts';
import { checkPictures, type PictureSet } from './picture-set.ts';

interface Format {
  /** Members with training pictures, in the order of their pictures. */
  readonly train: readonly string[];
  readonly test: readonly string[];
  readonly names: string;
  /** Bytes before the pixels; the last of them is the label. */
  readonly labelBytes: number;
}

export const cifarFormats = {
  'cifar-10': {
    train: [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`),
    test: ['test_batch.bin'],
    names: 'batches.meta.txt',
    labelBytes: 1,
  },
  'cifar-100': { train: ['train.bin'], test: ['test.bin'], names: 'fine_label_names.txt', labelBytes: 2 },
} as const satisfies Record<string, Format>;

export interface CifarData {
  readonly train: PictureSet;
  readonly test: PictureSet;
  readonly classNames: readonly string[];
}

/**
 * Reads the official archive (tar, gzipped) twice: first the members' sizes, then their bytes, straight to where they belong.
 * So memory holds the pictures once and nothing else. @throws an error naming the archive and the member at fault.
 */
export async function readCifar(path: string, kind: keyof typeof cifarFormats): Promise<CifarData> {
  const format: Format = cifarFormats[kind];
  const wanted = [...format.train, ...format.test, format.names];
  const sizes = await sizesOfMembers(path, wanted);
  const readers = new Map<string, RecordReader>();
  const prepare = (members: readonly string[]): PictureSet => {
    const counts = members.map((name) =>
      recordsIn(sizes.get(name)!, format.labelBytes, `${name} of ${path}`),
    );
    const set = emptySet(counts.reduce((sum, count) => sum + count, 0));
    let first = 0;
    for (const [i, name] of members.entries()) {
      readers.set(name, new RecordReader(set, first, format.labelBytes));
      first += counts[i]!;
    }
    return set;
  };
  const train = prepare(format.train);
  const test = prepare(format.test);
  const names: Uint8Array[] = [];
  await streamMembers(path, wanted, (name, bytes) => {
    const reader = readers.get(name);
    if (reader === undefined) names.push(bytes);
    else reader.push(bytes);
  });
  const classNames = Buffer.concat(names).toString('utf8').split(/\r?\n/).filter(Boolean);
  checkPictures(train, classNames.length, path);
  checkPictures(test, classNames.length, path);
  return { train, test, classNames };
}

const side = 32;
const plane = side * side;

/** How many records so many bytes hold. `name` stands for the file in messages. @throws unless they are whole. */
export function recordsIn(bytes: number, labelBytes: number, name: string): number {
  const size = labelBytes + 3 * plane;
  const count = bytes / size;
  if (count === 0 || !Number.isInteger(count)) {
    throw new Error(`${name} has ${bytes} bytes, which are not whole records of ${size}; get it again`);
  }
  return count;
}

/** Room for so many pictures, [count, 32, 32, 3]. */
export function emptySet(count: number): PictureSet {
  return {
    images: new Uint8Array(count * 3 * plane),
    labels: new Int32Array(count),
    index: Int32Array.from({ length: count }, (_, i) => i),
    count,
    height: side,
    width: side,
    channels: 3,
  };
}

/** Fills the set from record number `first` on, from bytes that come in pieces of any length. */
export class RecordReader {
  readonly #images: Uint8Array;
  readonly #labels: Int32Array;
  readonly #labelBytes: number;
  #record: number;
  /** Where in its record the next byte stands. */
  #at = 0;

  constructor({ images, labels }: PictureSet, first: number, labelBytes: number) {
    this.#images = images;
    this.#labels = labels;
    this.#record = first;
    this.#labelBytes = labelBytes;
  }

  push(bytes: Uint8Array): void {
    const images = this.#images;
    const before = this.#labelBytes;
    const size = before + 3 * plane;
    let [record, at] = [this.#record, this.#at];
    for (const byte of bytes) {
      const i = at - before;
      if (i < 0) this.#labels[record] = byte;
      else images[(record * plane + (i % plane)) * 3 + Math.floor(i / plane)] = byte;
      if (++at === size) {
        at = 0;
        record++;
      }
    }
    [this.#record, this.#at] = [record, at];
  }
}
