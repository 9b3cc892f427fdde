/** Members of a zip archive, read one at a time: nothing is unpacked, so no member's path can lead anywhere. */
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import yauzl, { type Entry } from 'yauzl';

export interface ZipArchive {
  /** Paths of all files in it, in the archive's order. */
  readonly names: readonly string[];
  /** One member's bytes, checked by size and CRC-32. @throws an error naming archive and member where they are damaged */
  read(name: string): Promise<Buffer>;
}

/**
 * Opens the archive for as long as `use` runs. Only the list of members is held in memory.
 * @throws an error naming the archive where it is truncated or damaged, where a member's path is absolute, climbs or holds a
 * backslash, or where two members have one path
 */
export async function withZip<T>(path: string, use: (zip: ZipArchive) => Promise<T>): Promise<T> {
  const unreadable = (what: string, cause: unknown): Error =>
    new Error(
      `${what} cannot be read (${(cause as Error).message}): it is truncated, damaged or not the archive it should be; get it again`,
      { cause },
    );
  const options = { autoClose: false, strictFileNames: true };
  const zip = await yauzl.openPromise(path, options).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const entries = new Map<string, Entry>();
    try {
      for await (const entry of zip.eachEntry()) {
        if (entry.fileName.endsWith('/')) continue;
        if (entries.has(entry.fileName)) throw new Error(`it holds ${entry.fileName} twice`);
        entries.set(entry.fileName, entry);
      }
    } catch (error) {
      throw unreadable(path, error);
    }
    return await use({
      names: [...entries.keys()],
      async read(name) {
        const entry = entries.get(name);
        if (entry === undefined) throw new Error(`${path} lacks ${name}: is it the archive it should be?`);
        try {
          const bytes = await buffer(await zip.openReadStreamPromise(entry));
          if (crc32(bytes) !== entry.crc32) throw new Error('its CRC-32 is wrong');
          return bytes;
        } catch (error) {
          throw unreadable(`${name} of ${path}`, error);
        }
      },
    });
  } finally {
    zip.close();
  }
}
