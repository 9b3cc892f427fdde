/** Where two files first differ. */
import { open, type FileHandle } from 'node:fs/promises';

const chunk = 1 << 20;

/** Offset in bytes of the first difference, or undefined where the files are equal. Where one is the start of the other: its length. */
export async function firstDifference(a: string, b: string): Promise<number | undefined> {
  const [one, other] = [await open(a), await open(b)];
  try {
    const [left, right] = [Buffer.allocUnsafe(chunk), Buffer.allocUnsafe(chunk)];
    for (let at = 0; ; at += chunk) {
      const [x, y] = [await fill(one, left, at), await fill(other, right, at)];
      if (!x.equals(y)) return at + firstUnequal(x, y);
      if (x.length < chunk) return undefined;
    }
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
}

/** A whole buffer's worth, or what there is to the end: a read may give less than it was asked for. */
async function fill(file: FileHandle, buffer: Buffer, position: number): Promise<Buffer> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function firstUnequal(x: Buffer, y: Buffer): number {
  const length = Math.min(x.length, y.length);
  for (let i = 0; i < length; i++) if (x[i] !== y[i]) return i;
  return length;
}
