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
  if (!text.startsWith(head) || !text.endsWith(tail)) return 'is not a complete entry';
  const body = text.slice(bodyAt, -tail.length);
  if (text.slice(head.length, bodyAt) !== sha256(body) + middle) return 'does not have the digest it carries';
  const entry = JSON.parse(body) as Entry;
  return entry.key === key ? entry : `belongs to the key ${entry.key}`;
}

/** JSON has no NaN; a last metric that is none is left out rather than read back as null. */
function finite(metrics: Metrics): Metrics {
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));
}
