/** A quick look at the store: what is in it, and what is missing. Reads names and entries, no bytes: that is `verify`. */
import type { Check } from '../../report/doctor-text.ts';
import { bytes, plural } from '../../report/measures.ts';
import { openStore } from '../../store/disk.ts';
import { entriesIn, quarantineIn } from '../../store/inventory.ts';
import { layoutOf } from '../../store/layout.ts';
import { sizeOfStore, type StoreSize } from '../../store/size.ts';
import { filesOf } from '../../store/store.ts';

/** Results that are looked into; a large store has many more. */
const mostEntries = 2000;

export interface Health extends StoreSize {
  readonly lookedInto: number;
  /** Results whose bytes are gone. */
  readonly lost: number;
  /** Files that were found damaged, or forgotten on purpose, and set aside. */
  readonly setAside: number;
}

/** `memory`: where the store's size is remembered. */
export function checkHealth(root: string, memory: string): Check {
  const layout = layoutOf(root);
  const store = openStore(root);
  let lookedInto = 0;
  let lost = 0;
  for (const { name } of entriesIn(layout)) {
    if (lookedInto === mostEntries) break;
    lookedInto++;
    const outputs = Object.values(store.find(name)?.outputs ?? {});
    if (!outputs.flatMap(filesOf).every((file) => store.has(file))) lost++;
  }
  const setAside = [...quarantineIn(layout)].length;
  return judgeHealth({ ...sizeOfStore(root, memory), lookedInto, lost, setAside });
}

/** Pure. */
export function judgeHealth({ entries, bytes: size, lookedInto, lost, setAside }: Health): Check {
  const what = entries === 0 ? 'empty' : `${plural(entries, 'result')}, ${bytes(size)}`;
  const wrong = [
    ...(lost > 0 ? [`${lost} of ${lookedInto} have lost their bytes`] : []),
    ...(setAside > 0 ? [`${plural(setAside, 'file')} set aside in quarantine`] : []),
  ];
  const value = [what, ...wrong].join('; ');
  if (lost > 0) {
    const hint = 'ar-pipe verify --repair lets the next run make them again';
    return { name: 'store', state: 'slow', value, hint };
  }
  return { name: 'store', state: 'good', value };
}
