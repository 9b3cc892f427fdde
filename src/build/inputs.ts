/** The inputs of a step while it is built: are their bytes there, and are they still the same afterwards? */
import { join } from 'node:path';
import { statSignature } from '../key/stat.ts';
import type { Step } from '../pipeline/step.ts';
import { filesOf, type Store } from '../store/store.ts';
import type { Description, LocalFile } from './describe.ts';

/** The first input whose stored bytes are missing or damaged (set aside then). */
export async function lostInput(
  { inputs }: Description,
  store: Store,
): Promise<{ step: Step; output: string } | undefined> {
  for (const { ref, source } of inputs) {
    if (!('step' in source)) continue;
    for (const file of filesOf(ref)) if ((await store.object(file)) === undefined) return source;
  }
  return undefined;
}

export interface InputContext {
  readonly store: Store;
  readonly projectFolder: string;
  /** Looks at a local file again; undefined where it is gone. */
  again(file: LocalFile): Promise<LocalFile | undefined>;
}

/** One file being read by a step: its stat from before, and how to tell for certain whether it is still the same. */
interface Watched {
  readonly name: string;
  readonly path: string;
  readonly before: string | undefined;
  readonly same: () => Promise<boolean>;
}

/** Call before the step runs. Objects of the store are watched too: they are read-only, but not for root. */
export async function watchInputs(
  { inputs }: Description,
  context: InputContext,
): Promise<readonly Watched[]> {
  const watched: Watched[] = [];
  const watch = (name: string, path: string, same: () => Promise<boolean>): void => {
    watched.push({ name, path, before: statSignature(path), same });
  };
  for (const { ref, source } of inputs) {
    if ('file' in source) {
      const { file } = source;
      watch(
        file.path,
        join(context.projectFolder, file.path),
        async () => (await context.again(file))?.ref.digest === ref.digest,
      );
    } else {
      for (const stored of filesOf(ref)) {
        const path = await context.store.object(stored);
        if (path !== undefined)
          watch(`${source.output} of ${source.step.name}`, path, () => context.store.recheck(stored));
      }
    }
  }
  return watched;
}

/** Name of the first input that is no longer what was hashed; a changed object of the store has been set aside by then. */
export async function changedInput(watched: readonly Watched[]): Promise<string | undefined> {
  for (const { name, path, before, same } of watched) {
    if (statSignature(path) === before && !isFolder(before)) continue;
    if (!(await same())) return name;
  }
  return undefined;
}

/** A folder's own stat says nothing of the files in it. */
const isFolder = (signature: string | undefined): boolean =>
  signature === undefined || signature.startsWith('dir:');
