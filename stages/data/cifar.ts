/**
 * CIFAR-10 and CIFAR-100 in their binary version: records of label bytes and 3 planes (R, G, B) of 32x32 bytes, row by row.
 * CIFAR-100 has a coarse and a fine label; the fine one counts. The number of records comes from the files.
 */
import { readMembers } from './archive.ts';
import { checkPictures, type PictureSet } from './picture-set.ts';

interface Format {
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

/** Reads the official archive (tar, gzipped). @throws an error naming the archive and the member at fault. */
export async function readCifar(path: string, kind: keyof typeof cifarFormats): Promise<CifarData> {
  const format: Format = cifarFormats[kind];
  const members = await readMembers(path, [...format.train, ...format.test, format.names]);
  const classNames = new TextDecoder().decode(members.get(format.names)).split('\n').filter(Boolean);
  const read = (names: readonly string[]): PictureSet => {
    const records = names.map((name) => {
      const bytes = members.get(name)!;
      return parseRecords(bytes, format.labelBytes, `${name} of ${path}`);
    });
    return checkPictures(joined(records), classNames.length, path);
  };
  return { train: read(format.train), test: read(format.test), classNames };
}

const side = 32;
const plane = side * side;

interface Records {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** Records as pictures [count, 32, 32, 3]. `name` stands for the file in messages. */
export function parseRecords(bytes: Uint8Array, labelBytes: number, name: string): Records {
  const size = labelBytes + 3 * plane;
  const count = bytes.length / size;
  if (count === 0 || !Number.isInteger(count)) {
    throw new Error(
      `${name} has ${bytes.length} bytes, which are not whole records of ${size}; get it again`,
    );
  }
  const images = new Uint8Array(count * 3 * plane);
  const labels = new Uint8Array(count);
  for (let record = 0; record < count; record++) {
    const pixels = record * size + labelBytes;
    labels[record] = bytes[pixels - 1]!;
    for (let i = 0; i < plane; i++) {
      for (let c = 0; c < 3; c++) images[(record * plane + i) * 3 + c] = bytes[pixels + c * plane + i]!;
    }
  }
  return { images, labels };
}

function joined(parts: readonly Records[]): PictureSet {
  const labels = Int32Array.from(parts.flatMap((part) => [...part.labels]));
  return {
    images: Buffer.concat(parts.map(({ images }) => images)),
    labels,
    index: Int32Array.from({ length: labels.length }, (_, i) => i),
    count: labels.length,
    height: side,
    width: side,
    channels: 3,
  };
}
