/** The numbers of a result that can be compared: its metrics outputs, or what its stage last reported. */
import { readFile } from 'node:fs/promises';
import type { Metrics } from '../core/events.ts';
import type { Json } from '../core/json.ts';
import type { Entry, Store } from '../store/store.ts';

/**
 * Numbers of the outputs declared with `metrics(…)`, nested names joined by dots: `accuracy.test`, `loss[2]`; with the file
 * in front where there are several. Without such outputs, or where their bytes are gone, the last progress of the stage.
 */
export async function readMetrics(entry: Entry, store: Pick<Store, 'object'>): Promise<Metrics> {
  const files = entry.recipe.outputs.flatMap((output) => /^metrics:(.*)$/.exec(output)?.[1] ?? []);
  const numbers: [string, number][] = [];
  for (const name of files) {
    const ref = entry.outputs[name];
    const path = ref?.kind === 'file' ? await store.object(ref) : undefined;
    if (path === undefined) continue;
    const prefix = files.length > 1 ? `${name}: ` : '';
    for (const [place, number] of numbersIn(JSON.parse(await readFile(path, 'utf8')) as Json))
      numbers.push([prefix + place, number]);
  }
  return numbers.length > 0 ? Object.fromEntries(numbers) : (entry.facts.metrics ?? {});
}

/** Every number in a JSON value and the path to it, in the order of the file. Pure. */
export function numbersIn(value: Json, path = ''): [string, number][] {
  if (typeof value === 'number') return [[path, value]];
  if (isList(value)) return value.flatMap((item, i) => numbersIn(item, `${path}[${i}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    numbersIn(item, path === '' ? name : `${path}.${name}`),
  );
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
