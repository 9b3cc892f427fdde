/** Takes the few files that are needed out of a wheel (a zip of 15,000), streaming. */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { headers, libraries } from '../native/recipe.ts';
import { InstallProblem } from './problem.ts';

const wanted = new Set([...libraries, ...headers]);

/** Whether an entry of a wheel belongs into the install: TensorFlow's libraries and headers, NVIDIA's shared libraries. */
export function isWanted(path: string): boolean {
  return wanted.has(path) || /^nvidia\/[\w-]+\/lib\/[^/]+\.so(\.[\d.]+)?$/.test(path);
}

/** Unpacks the wanted entries below `folder`, under their own paths; returns those paths. */
export async function unpackWheel(wheel: string, folder: string): Promise<readonly string[]> {
  const paths: string[] = [];
  // yauzl refuses entries with absolute or climbing paths and checks sizes; the stream checks the CRC.
  const zip = await yauzl.openPromise(wheel);
  for await (const entry of zip.eachEntry()) {
    if (!isWanted(entry.fileName)) continue;
    const target = join(folder, entry.fileName);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { mode: 0o755 }));
    paths.push(entry.fileName);
  }
  return paths;
}

/** Throws InstallProblem unless all that the binding is compiled and linked with was unpacked. */
export function requireComplete(paths: readonly string[]): void {
  const missing = [...wanted].filter((path) => !paths.includes(path));
  if (missing.length > 0) {
    throw new InstallProblem(
      `the TensorFlow wheel lacks ${missing.join(', ')}`,
      'please report this: the wheel is laid out otherwise than expected',
    );
  }
}
