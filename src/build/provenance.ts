/** `provenance.json`: how a target's files were made. Handled piece by piece, since a table may stand on 100,000 steps. */
import { closeSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { canonical } from '../core/json.ts';
import { hashFileSync } from '../key/digest.ts';
import { unfinishedFor } from '../key/whole-file.ts';
import { sha256 } from '../key/recipe.ts';
import type { Step } from '../pipeline/step.ts';
import type { Entry } from '../store/store.ts';

export const provenanceFile = 'provenance.json';

export type EntryOf = (step: Step) => Entry | undefined;

const chunk = 1 << 20;
const stepsBegin = '\n  "steps": [';

/**
 * For each of `steps` (every one after its needs) a digest of all that provenance says of it and of what it stands on; equal
 * digests, equal provenance.
 */
export function lineages(steps: readonly Step[], entryOf: EntryOf): ReadonlyMap<Step, string> {
  const found = new Map<Step, string>();
  for (const step of steps) {
    const entry = entryOf(step);
    let text = `${step.name} ${entry?.key} ${entry?.facts.run} ${entry?.facts.startedAt}`;
    for (const need of step.upstream) text += ` ${found.get(need)}`;
    found.set(step, sha256(text));
  }
  return found;
}

/** Replaces the folder's record in one piece, unless it says just this already. `head` comes before the steps; `scratch`: as in unfinishedFor. */
export function writeProvenance(
  folder: string,
  head: object,
  steps: readonly Step[],
  entryOf: EntryOf,
  scratch?: string,
): void {
  const path = join(folder, provenanceFile);
  const unfinished = unfinishedFor(path, scratch);
  try {
    writePieces(unfinished, textOf(head, steps, entryOf));
    if (holdsSame(path, unfinished)) rmSync(unfinished);
    else renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

function holdsSame(path: string, other: string): boolean {
  try {
    return hashFileSync(path).digest === hashFileSync(other).digest;
  } catch {
    return false;
  }
}

/** The files that the folder's record names; empty where there is none. */
export function filesInProvenance(folder: string): readonly string[] {
  try {
    const { files } = JSON.parse(headIn(join(folder, provenanceFile))) as { files?: unknown };
    // Names come from a file users may edit: none may lead out of the folder.
    return Array.isArray(files)
      ? files.filter(
          (name): name is string =>
            typeof name === 'string' && !name.split('/').includes('..') && !name.startsWith('/'),
        )
      : [];
  } catch {
    return [];
  }
}

/** Its text without the steps, where it looks as it was written; else all of it. */
function headIn(path: string): string {
  const fd = openSync(path, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const buffer = Buffer.allocUnsafe(chunk);
    let text = '';
    for (let read; (read = readSync(fd, buffer, 0, chunk, null)) > 0;) {
      text += decoder.write(buffer.subarray(0, read));
      const at = text.indexOf(stepsBegin);
      if (at >= 0) return `${text.slice(0, at)}${stepsBegin}]}`;
    }
    return text;
  } finally {
    closeSync(fd);
  }
}

/** Indented JSON: `head` with `steps` as its last member. */
function* textOf(head: object, steps: readonly Step[], entryOf: EntryOf): Generator<string> {
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},${stepsBegin}`;
  let before = '\n    ';
  for (const step of steps) {
    yield before + JSON.stringify(stepRecord(step, entryOf(step)), null, 2).replaceAll('\n', '\n    ');
    before = ',\n    ';
  }
  yield '\n  ]\n}\n';
}

function stepRecord(step: Step, entry: Entry | undefined): object {
  if (!entry) return { step: step.name };
  const { recipe, facts } = entry;
  return {
    step: step.name,
    key: entry.key,
    code: recipe.code,
    params: JSON.parse(canonical(recipe.params)) as unknown,
    seed: recipe.seed,
    env: recipe.env,
    inputs: recipe.inputs,
    outputs: Object.fromEntries(
      Object.entries(entry.outputs).map(([name, { digest, bytes }]) => [name, { digest, bytes }]),
    ),
    backend: facts.backend,
    metrics: facts.metrics,
    accepted: facts.accepted,
    startedAt: facts.startedAt,
    ms: Math.round(facts.ms),
    host: facts.host,
    run: facts.run,
  };
}

function writePieces(path: string, pieces: Iterable<string>): void {
  const fd = openSync(path, 'w');
  try {
    let waiting = '';
    const write = (): void => {
      const bytes = Buffer.from(waiting);
      for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
      waiting = '';
    };
    for (const piece of pieces) {
      waiting += piece;
      if (waiting.length > chunk) write();
    }
    write();
  } finally {
    closeSync(fd);
  }
}
