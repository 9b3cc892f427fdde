/**
 * A shared cache: the same files as in a store, elsewhere. It is never believed: what comes out of it is held against digests and
 * signatures (results.ts).
 *
 *     v1/objects/ab/cdef…        bytes, named by their sha256
 *     v1/entries/ab/cdef….json   a result, named by its key: its line, and signatures over that line (signature.ts)
 *     v1/any-env/ab/cdef….json   the same text, named by the key of its recipe without the machine's environment
 *
 * Objects come before the entries that name them. Anything may be deleted at any time: that is a miss.
 */
export interface Remote {
  /** For messages: holds no password. */
  readonly name: string;
  /** Whether something is there. */
  has(path: string): Promise<boolean>;
  /** A text of at most `mostBytes`; undefined where there is none. */
  read(path: string, mostBytes: number): Promise<string | undefined>;
  /** Writes at most `bytes` to a new file `to`; false where there is nothing. */
  download(path: string, to: string, bytes: number): Promise<boolean>;
  /** Whoever reads meanwhile sees all of it or nothing. */
  upload(path: string, from: { readonly file: string; readonly bytes: number } | string): Promise<void>;
}

/** All methods of a Remote throw it where the other side does not do what it should; `message` says what. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
}

const fanned = (folder: string, name: string): string => `v1/${folder}/${name.slice(0, 2)}/${name.slice(2)}`;

export const objectPath = (digest: string): string => fanned('objects', digest);
export const entryPath = (key: string): string => `${fanned('entries', key)}.json`;
export const anyEnvPath = (envlessKey: string): string => `${fanned('any-env', envlessKey)}.json`;
