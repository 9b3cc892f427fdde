/**
 * The text of an entry's file: `{"sha256":"<of the entry's text>","entry":{…}}`. The digest covers exactly the bytes between
 * `"entry":` and the last brace, so checking costs one hash and no second serialisation.
 */
import { sha256 } from '../key/recipe.ts';
import type { Entry } from './store.ts';

const head = '{"sha256":"';
const middle = '","entry":';
const tail = '}\n';
const bodyAt = head.length + 64 + middle.length;

export function encodeEntry(entry: Entry): string {
  const body = JSON.stringify(entry);
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
