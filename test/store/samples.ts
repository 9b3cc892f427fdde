/** Small steps and their outputs for tests of the store. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { envlessKeyOf, keyOf, sha256, type Recipe } from '../../src/key/recipe.ts';
import type { Entry, FileRef, Produced, ProducedFile, Store } from '../../src/store/store.ts';

export function recipe(word: string, env: Record<string, string> = { backend: 'wasm' }): Recipe {
  return { code: sha256('code'), params: { word }, inputs: {}, outputs: ['count.json'], env };
}

export function facts(of: Recipe, step = 'count'): Omit<Entry, 'outputs'> {
  const about = { run: 'run-1', startedAt: '2020-07-13T00:00:00Z', ms: 3, host: 'here', profile: 'quick' };
  return { key: keyOf(of), step, recipe: of, facts: about };
}

export function refOf(text: string): FileRef {
  return { digest: sha256(text), bytes: Buffer.byteLength(text) };
}

/** A file as an executor leaves it. */
export function file(folder: string, name: string, text: string): ProducedFile {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return { path, ...refOf(text) };
}

/** Commits one step with one output, `count.json`. */
export function commitText(
  store: Store,
  of: Recipe,
  text: string,
  name = 'count.json',
): ReturnType<Store['commit']> {
  const produced: Produced = { kind: 'file', ...file(store.jobFolder(), name, text) };
  return store.commit(facts(of), { [name]: produced }, envlessKeyOf(of));
}

export const never = new AbortController().signal;
export const ignore = (): void => undefined;

/** Key of a numerical recipe whatever machine computed it. */
export function anyEnvKey(of: Recipe): string {
  const key = envlessKeyOf(of);
  if (key === null) throw new Error('the sample has no environment of a machine');
  return key;
}
