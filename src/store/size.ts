/**
 * How much a store holds. `status` tells it each time, so folders that have not changed since are not read again: what lies in
 * them is only ever added, replaced by renaming or removed, and each of these shows in the folder's own stat.
 */
import { readFileSync, statSync } from 'node:fs';
import { settledSignature, statSignature } from '../key/stat.ts';
import { writeWhole } from '../key/whole-file.ts';
import { checkpointsIn, quarantineIn } from './inventory.ts';
import { layoutOf, namesIn } from './layout.ts';
import { explained } from './trouble.ts';

export interface StoreSize {
  /** Of objects, entries, checkpoints and what was set aside; what running steps write comes on top. */
  readonly bytes: number;
  readonly objects: number;
  readonly entries: number;
}

interface Counted {
  readonly bytes: number;
  readonly count: number;
}
interface Known extends Counted {
  readonly signature: string;
}

/** `memory`: a file for what is known of folders. It may be lost or damaged, and need not be writable. */
export function sizeOfStore(root: string, memory: string): StoreSize {
  return explained(root)(() => measure(root, memory))();
}

function measure(root: string, memory: string): StoreSize {
  const layout = layoutOf(root);
  const before = recall(memory);
  const after: Record<string, Known> = {};
  const total = (kind: 'objects' | 'entries'): Counted => {
    const folder = `${layout.home}/${kind}`;
    return sum(namesIn(folder).map((name) => count(`${folder}/${name}`, before, after)));
  };
  const objects = total('objects');
  const entries = total('entries');
  const rest = [...checkpointsIn(layout), ...quarantineIn(layout)];
  remember(memory, before, after);
  return {
    bytes: rest.reduce((whole, { bytes }) => whole + bytes, objects.bytes + entries.bytes),
    objects: objects.count,
    entries: entries.count,
  };
}

function count(
  folder: string,
  before: Readonly<Record<string, Known>>,
  after: Record<string, Known>,
): Counted {
  const signature = statSignature(folder);
  if (signature === undefined || !signature.startsWith('dir:')) return { bytes: 0, count: 0 };
  const known = before[folder];
  if (known?.signature === signature) return (after[folder] = known);
  const settled = settledSignature(folder);
  const counted = sum(
    namesIn(folder).map((name) => ({
      bytes: statSync(`${folder}/${name}`, { throwIfNoEntry: false })?.size ?? 0,
      count: 1,
    })),
  );
  if (settled !== undefined) after[folder] = { signature: settled, ...counted };
  return counted;
}

const sum = (parts: readonly Counted[]): Counted => ({
  bytes: parts.reduce((whole, { bytes }) => whole + bytes, 0),
  count: parts.reduce((whole, { count: some }) => whole + some, 0),
});

function recall(memory: string): Readonly<Record<string, Known>> {
  try {
    return JSON.parse(readFileSync(memory, 'utf8')) as Record<string, Known>;
  } catch {
    // Absent or damaged: all folders are read.
    return {};
  }
}

function remember(
  memory: string,
  before: Readonly<Record<string, Known>>,
  after: Readonly<Record<string, Known>>,
): void {
  const text = JSON.stringify(after);
  if (text === JSON.stringify(before)) return;
  try {
    writeWhole(memory, text);
  } catch {
    // A read-only checkout still has a status.
  }
}
