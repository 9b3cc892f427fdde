/** The inputs of a step while it is built: are their bytes there, and are they still the same afterwards? */
import { join } from 'node:path';
import { contentSignature, isSettled, statSignature } from '../key/stat.ts';
import { stageMark } from '../pipeline/stage.ts';
import type { FileInput, Step } from '../pipeline/step.ts';
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
  local(input: FileInput): readonly LocalFile[];
  /** Looks at a file again; undefined where it is gone. */
  again(file: LocalFile): Promise<LocalFile | undefined>;
}

/** One file being read by a step: its stat from before, and how to tell for certain whether it is still the same. */
interface Watched {
  readonly name: string;
  readonly path: string;
  readonly stat: (path: string) => string | undefined;
  readonly before: string | undefined;
  /** An equal stat will mean equal bytes: neither a folder nor written to a moment ago. */
  readonly telling: boolean;
  /** Not what the recipe says any more: edited since the run began. */
  readonly edited: boolean;
  readonly same: () => Promise<boolean>;
}

/**
 * Call before the step runs. Objects of the store are watched too: they are read-only, but not for root. Local files were digested
 * when the run began, perhaps hours ago, so they are looked at again, after their stat: no edit falls in between.
 * Undefined where stored bytes have gone since `lostInput` saw them.
 */
export async function watchInputs(
  step: Step,
  { inputs }: Description,
  context: InputContext,
): Promise<readonly Watched[] | undefined> {
  const watched: Watched[] = [];
  const watchLocal = async (file: LocalFile): Promise<void> => {
    const path = join(context.projectFolder, file.path);
    const before = statSignature(path);
    const telling = before !== undefined && !before.startsWith('dir:') && isSettled(before);
    const same = async (): Promise<boolean> => (await context.again(file))?.ref.digest === file.ref.digest;
    watched.push({
      name: file.path,
      path,
      stat: statSignature,
      before,
      telling,
      edited: !(await same()),
      same,
    });
  };
  for (const { ref, source } of inputs) {
    if ('file' in source) {
      await watchLocal(source.file);
      continue;
    }
    const name = `${source.output} of ${source.step.name}`;
    for (const stored of filesOf(ref)) {
      const path = await context.store.object(stored);
      if (path === undefined) return undefined;
      const same = (): Promise<boolean> => context.store.recheck(stored);
      const stat = contentSignature;
      watched.push({ name, path, stat, before: stat(path), telling: true, edited: false, same });
    }
  }
  for (const pattern of step.stage[stageMark] === 'command' ? (step.stage.files ?? []) : [])
    for (const file of context.local({ kind: 'file-input', pattern })) await watchLocal(file);
  return watched;
}

/** Name of the first input that is not what the recipe says, before the step has run. */
export function editedInput(watched: readonly Watched[]): string | undefined {
  return watched.find(({ edited }) => edited)?.name;
}

/** Name of the first input that is no longer what was hashed; a changed object of the store has been set aside by then. */
export async function changedInput(watched: readonly Watched[]): Promise<string | undefined> {
  for (const { name, path, stat, before, telling, edited, same } of watched) {
    if (!edited && telling && stat(path) === before) continue;
    if (edited || !(await same())) return name;
  }
  return undefined;
}
