/** The IDX format of MNIST and Fashion-MNIST: big-endian magic 0 0 8 rank, one 32-bit size per axis, then bytes. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { checkPictures, type PictureSet } from './picture-set.ts';

interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** Reads pictures (rank 3) and labels (rank 1), each plain or gzipped. @throws an error naming the file at fault. */
export function readIdx(imagesPath: string, labelsPath: string, classes: number): PictureSet {
  const images = parseIdx(readMaybeGzipped(imagesPath), 3, imagesPath);
  const labels = parseIdx(readMaybeGzipped(labelsPath), 1, labelsPath);
  const [count = 0, height = 0, width = 0] = images.shape;
  if (labels.shape[0] !== count) {
    throw new Error(
      `${labelsPath} holds ${labels.shape[0] ?? 0} labels, but ${imagesPath} holds ${count} pictures`,
    );
  }
  return checkPictures(
    {
      images: images.data,
      labels: Int32Array.from(labels.data),
      index: Int32Array.from({ length: count }, (_, i) => i),
      count,
      height,
      width,
      channels: 1,
    },
    classes,
    labelsPath,
  );
}

/** Parses IDX bytes of the given rank. `name` stands for the file in messages. */
export function parseIdx(bytes: Uint8Array, rank: number, name: string): IdxArray {
  const start = 4 + 4 * rank;
  const [zero0, zero1, type, found] = bytes;
  if (bytes.length < start || zero0 !== 0 || zero1 !== 0 || type !== 8 || found !== rank) {
    throw new Error(`${name} is not an IDX file of bytes with ${rank} axes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, n) => product * n, 1);
  if (bytes.length !== start + size) {
    throw new Error(
      `${name} should hold ${shape.join(' x ')} bytes after its header, but has ${bytes.length - start}; get it again`,
    );
  }
  return { shape, data: bytes.subarray(start) };
}

function readMaybeGzipped(path: string): Uint8Array {
  const bytes = readFileSync(path);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new Error(`${path} is truncated or damaged (${(error as Error).message}); get it again`, {
      cause: error,
    });
  }
}
