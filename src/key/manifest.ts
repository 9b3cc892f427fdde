/** A folder as data: its files by relative path, and one digest for all of them. */
import { canonical } from '../core/json.ts';
import { sha256 } from './recipe.ts';

/** `digest`: sha256 in hex; `bytes`: size of the content. */
export interface ContentRef {
  readonly digest: string;
  readonly bytes: number;
}

export type Manifest = Readonly<Record<string, ContentRef>>;

/** Digest of the manifest's canonical JSON (so the order of the files does not matter), and the bytes of all files together. */
export function manifestRef(files: Manifest): ContentRef {
  const plain = Object.entries(files).map(([name, { digest, bytes }]) => [name, { digest, bytes }] as const);
  return {
    digest: sha256(canonical(Object.fromEntries(plain))),
    bytes: plain.reduce((sum, [, file]) => sum + file.bytes, 0),
  };
}
