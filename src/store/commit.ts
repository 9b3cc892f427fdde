/** How a finished step becomes an entry; pure but for the parts it is given. */
import { manifestRef } from '../key/manifest.ts';
import type { Entries } from './entries.ts';
import type { Objects } from './objects.ts';
import {
  filesOf,
  type Entry,
  type EntryFacts,
  type FileRef,
  type OutputRef,
  type Produced,
  type Store,
} from './store.ts';

/**
 * Objects first, the entry last: a crash in between leaves bytes nobody refers to, never an entry without bytes. An entry that
 * is there already stays, unless this step came out otherwise and the old bytes are lost: then only the new ones can be used.
 */
export function commitWith(
  objects: Objects,
  entries: Pick<Entries, 'add' | 'find' | 'replace'>,
): Store['commit'] {
  return (given, produced, envlessKey) => {
    const { key, step, recipe, facts } = given;
    const outputs = mapValues(produced, (output) => storeOutput(output, (file) => objects.put(file)));
    // Field by field: of an object made by spreading, V8 may keep a description for each.
    const entry: Entry = { key, step, recipe, outputs, facts: withFinite(facts) };
    if (entries.add(entry, envlessKey)) return { entry, differs: [] };
    const first = entries.find(entry.key);
    const differs = first ? differingOutputs(first.outputs, entry.outputs) : [];
    const usable = (name: string): boolean => {
      const output = first?.outputs[name];
      return output === undefined || filesOf(output).every((file) => objects.has(file));
    };
    if (first && differs.every(usable)) return { entry: first, differs };
    entries.replace(entry);
    return { entry, differs };
  };
}

/** The reference of a produced output whose files go through `put`. */
export function storeOutput(output: Produced, put: (file: FileRef & { path: string }) => FileRef): OutputRef {
  if (output.kind === 'file') return { kind: 'file', ...put(output) };
  const files = mapValues(output.files, put);
  return { kind: 'dir', files, ...manifestRef(files) };
}

/** Names of outputs that are not the same in both, sorted. */
export function differingOutputs(a: Entry['outputs'], b: Entry['outputs']): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names]
    .filter((name) => a[name]?.kind !== b[name]?.kind || a[name]?.digest !== b[name]?.digest)
    .sort();
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

/** JSON has no NaN; a last metric that is none is left out rather than read back as null. */
function withFinite(facts: EntryFacts): EntryFacts {
  const { metrics } = facts;
  if (!metrics) return facts;
  const finite = Object.entries(metrics).filter(([, value]) => Number.isFinite(value));
  return { ...facts, metrics: Object.fromEntries(finite) };
}
