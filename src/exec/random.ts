/** `Math.random` for one job: seeded, so that a stray call of a library does not make results differ between runs. */
import { createHash } from 'node:crypto';

/** A generator of numbers in [0, 1) with 32 bits each, fixed by `text` (sfc32, its state the text's sha256). */
export function seededRandom(text: string): () => number {
  const digest = createHash('sha256').update(`Math.random ${text}`).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = digest.readInt32LE(12);
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}
