/** Members of a compressed tar archive, streamed: nothing is unpacked, so no member's path can lead anywhere. */
import { list, type ReadEntry } from 'tar';

/**
 * Sizes in bytes of the wanted members, by the last part of their path (`data_batch_1.bin`). Reads the whole archive, so that
 * afterwards its bytes can be trusted to be there. @throws an error naming the archive where it is truncated or damaged, lacks
 * a wanted member or has two of it, or where any member's path is absolute or climbs
 */
export async function sizesOfMembers(path: string, wanted: readonly string[]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  const problems: string[] = [];
  await eachEntry(path, (entry) => {
    if (/^([A-Za-z]:|[/\\])|(^|[/\\])\.\.([/\\]|$)/.test(entry.path)) {
      problems.push(`holds the path ${entry.path}, which leads out of it`);
    }
    const name = wantedName(entry, wanted);
    if (name === null) return;
    if (sizes.has(name)) problems.push(`holds ${name} twice`);
    sizes.set(name, entry.size);
  });
  const missing = wanted.filter((name) => !sizes.has(name));
  if (missing.length > 0) problems.push(`lacks ${missing.join(', ')}`);
  if (problems[0] !== undefined) throw new Error(`${path} ${problems[0]}: is it the archive it should be?`);
  return sizes;
}

/** Calls `onChunk` with the bytes of the wanted members as they come, members in the archive's order. */
export async function streamMembers(
  path: string,
  wanted: readonly string[],
  onChunk: (name: string, bytes: Uint8Array) => void,
): Promise<void> {
  await eachEntry(path, (entry) => {
    const name = wantedName(entry, wanted);
    if (name === null) return;
    entry.on('data', (bytes: Buffer) => {
      onChunk(name, bytes);
    });
  });
}

async function eachEntry(path: string, visit: (entry: ReadEntry) => void): Promise<void> {
  try {
    await list({ file: path, strict: true, onReadEntry: visit });
  } catch (error) {
    throw new Error(`${path} is truncated or damaged (${(error as Error).message}); get it again`, {
      cause: error,
    });
  }
}

/** Only plain files count: a link's content lies elsewhere. */
function wantedName(entry: ReadEntry, wanted: readonly string[]): string | null {
  const name = entry.path.split('/').at(-1)!;
  return entry.type === 'File' && wanted.includes(name) ? name : null;
}
