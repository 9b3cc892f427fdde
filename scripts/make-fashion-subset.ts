/**
 * Makes datasets/fashion-mnist from the whole of Fashion-MNIST (the four official .gz files in one folder):
 *
 *   npx esbuild scripts/make-fashion-subset.ts --bundle --platform=node --format=esm |
 *     node --input-type=module - /usr/share/datasets/fashion-mnist datasets/fashion-mnist
 *
 * The first 600 training and the first 400 test pictures of each class, in file order, in the official layout and
 * under the official names. Bytes out are a function of bytes in. Sources whose digest differs are refused.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { firstPerClass, formatIdx, parseIdx, takeExamples } from './idx-subset.ts';

const classes = 10;
const parts = [
  { images: 'train-images-idx3-ubyte.gz', labels: 'train-labels-idx1-ubyte.gz', perClass: 600 },
  { images: 't10k-images-idx3-ubyte.gz', labels: 't10k-labels-idx1-ubyte.gz', perClass: 400 },
];
/** sha256 of the uncompressed official files: compression differs between distributors, the content may not. */
const sources: Readonly<Record<string, string>> = {
  'train-images-idx3-ubyte.gz': 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
  'train-labels-idx1-ubyte.gz': 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
  't10k-images-idx3-ubyte.gz': '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
  't10k-labels-idx1-ubyte.gz': '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
};

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function read(folder: string, name: string) {
  const bytes = gunzipSync(readFileSync(join(folder, name)));
  if (sha256(bytes) !== sources[name]) {
    throw new Error(`${join(folder, name)} is not Fashion-MNIST: its content has another sha256`);
  }
  return parseIdx(bytes, name);
}

/** Gzip without time, name or operating system in its header. */
function gzip(bytes: Uint8Array): Uint8Array {
  const packed = gzipSync(bytes, { level: 9 });
  packed[9] = 255;
  return packed;
}

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined)
  throw new Error('usage: make-fashion-subset SOURCE_FOLDER TARGET_FOLDER');

const sums: string[] = [];
for (const { images, labels, perClass } of parts) {
  const labelFile = read(from, labels);
  const picked = firstPerClass(labelFile.data, classes, perClass);
  for (const [name, idx] of [
    [images, read(from, images)],
    [labels, labelFile],
  ] as const) {
    const packed = gzip(formatIdx(takeExamples(idx, picked)));
    writeFileSync(join(to, name), packed);
    sums.push(`${sha256(packed)}  ${name}\n`);
  }
}
writeFileSync(join(to, 'SHA256SUMS'), sums.join(''));
