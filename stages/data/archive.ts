/** Members of a compressed tar archive, read into memory: nothing is unpacked, so no member's path can lead anywhere. */
import { list, type ReadEntry } from 'tar';

/**
 * Contents of the wanted members, by the end of their path (`data_batch_1.bin`). @throws an error naming the archive where it
 * is truncated or damaged, or lacks one of them
 */
export async function readMembers(path: string, wanted: readonly string[]): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const collect = (entry: ReadEntry): void => {
    const name = entry.path.split('/').at(-1)!;
    if (entry.type !== 'File' || !wanted.includes(name)) return;
    const chunks: Buffer[] = [];
    entry.on('data', (chunk: Buffer) => chunks.push(chunk));
    entry.on('end', () => found.set(name, Buffer.concat(chunks)));
  };
  try {
    await list({ file: path, strict: true, onReadEntry: collect });
  } catch (error) {
    throw new Error(`${path} is truncated or damaged (${(error as Error).message}); get it again`, {
      cause: error,
    });
  }
  const missing = wanted.filter((name) => !found.has(name));
  if (missing.length > 0)
    throw new Error(`${path} lacks ${missing.join(', ')}: is it the archive it should be?`);
  return found;
}
