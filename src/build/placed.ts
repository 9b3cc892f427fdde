/**
 * What was put where users look, so that a run in which nothing changed reads none of it:
 *
 *     <state>/placed      a journal: folder ─▶ what its files were made from, and the stat of each
 *
 * Only a memory: without it the copies are compared with the store again.
 */
import { join } from 'node:path';
import { settledSignature, statSignature } from '../key/stat.ts';
import { openJournal } from './journal.ts';

export interface Placed {
  /** Names of the files of a folder that was made from just this, if nobody touched one since. */
  untouched(folder: string, madeFrom: string): readonly string[] | undefined;
  /** Says that these files of the folder are complete. Those that are too young to be told apart by their stat are looked at again. */
  note(folder: string, madeFrom: string, files: readonly string[]): void;
}

interface Record {
  readonly madeFrom: string;
  readonly files: readonly (readonly [name: string, signature: string])[];
}

export function openPlaced(state: string): Placed {
  const journal = openJournal(join(state, 'placed'));
  return {
    untouched(folder, madeFrom) {
      const text = journal.get(encodeURIComponent(folder));
      const known = text === undefined ? undefined : parse(text);
      if (known?.madeFrom !== madeFrom) return undefined;
      const isSame = known.files.every(
        ([name, signature]) => statSignature(join(folder, name)) === signature,
      );
      return isSame ? known.files.map(([name]) => name) : undefined;
    },
    note(folder, madeFrom, files) {
      const signatures = files.map((name) => [name, settledSignature(join(folder, name))] as const);
      if (signatures.some(([, signature]) => signature === undefined)) return;
      try {
        journal.add(encodeURIComponent(folder), JSON.stringify({ madeFrom, files: signatures }));
      } catch {
        // A full or read-only disk: they are compared again next time.
      }
    },
  };
}

function parse(text: string): Record | undefined {
  try {
    return JSON.parse(text) as Record;
  } catch {
    return undefined;
  }
}
