/**
 * The text of an entry's file: `{"sha256":"<of the entry's text>","entry":{…}}`. The digest covers exactly the bytes between
 * `"entry":` and the last brace, so checking costs one hash and no second serialisation.
 */
import type { Metrics } from '../core/events.ts';
import { sha256 } from '../key/recipe.ts';
import type { Entry } from './store.ts';

const head = '{"sha256":"';
const middle = '","entry":';
const tail = '}\n';
const bodyAt = head.length + 64 + middle.length;

export function encodeEntry(entry: Entry): string {
  const { metrics, ...facts } = entry.facts;
  const kept = metrics === undefined ? facts : { ...facts, metrics: finite(metrics) };
  const body = JSON.stringify({ ...entry, facts: kept });
  return `${head}${sha256(body)}${middle}${body}${tail}`;
}

/** The entry of `key`, or the words for what is wrong with the text. */
export function decodeEntry(text: string, key: string): Entry | string {
  const entry = parseEntry(text);
  if (!entry) return 'is incomplete or does not have the digest it carries';
  return entry.key === key ? entry : `belongs to the key ${entry.key}`;
}

/** The entry in a text, whatever its key, or undefined where the text is not exactly what was written. */
export function parseEntry(text: string): Entry | undefined {
  if (!text.startsWith(head) || !text.endsWith(tail)) return undefined;
  const body = text.slice(bodyAt, -tail.length);
  return text.slice(head.length, bodyAt) === sha256(body) + middle ? (JSON.parse(body) as Entry) : undefined;
}

/** JSON has no NaN; a last metric that is none is left out rather than read back as null. */
function finite(metrics: Metrics): Metrics {
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));
}
