/**
 * Functions of the language and of Node's modules, noticed where a stage puts others in their place: a clock that stands still, a
 * `JSON.stringify` that sorts, a file system in memory would go on to work on what later steps of the same worker write.
 */
import fs from 'node:fs';
import path from 'node:path';

/** Name of a function that is another one than at the start, or undefined. */
export type BuiltinCheck = () => string | undefined;

/** Those that tests, shims and packages for logs and files are known to patch. */
const classes = [Array, Date, Error, Function, Map, Number, Object, Promise, RegExp, Set, String];
const objects = { JSON, Math, Reflect, console, fs, 'fs/promises': fs.promises, path, process };

/** Put in its place for each job anew, and looked at there. */
const ours = new Set<unknown>([Math.random]);

interface Member {
  readonly owner: object;
  readonly key: string;
  readonly value: unknown;
  readonly name: string;
}

/**
 * A line of code for each of some four hundred members, since the engine then remembers for each line where its member lies: that
 * takes a fifth of what a loop takes.
 */
export function watchBuiltins(): BuiltinCheck {
  const members = [
    ...Object.entries(objects).flatMap(([name, owner]) => membersOf(name, owner)),
    ...classes.flatMap((owner) => [
      ...membersOf(owner.name, owner),
      ...membersOf(`${owner.name}.prototype`, owner.prototype as object),
    ]),
  ];
  const owners = [...new Set(members.map(({ owner }) => owner))];
  const lines = members.map(
    ({ owner, key }, i) => `if (o${owners.indexOf(owner)}[${JSON.stringify(key)}] !== v${i}) return ${i};`,
  );
  const names = [...owners.map((_, i) => `o${i}`), ...members.map((_, i) => `v${i}`)];
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- names that Node has, quoted
  const compile = new Function(...names, `return () => { ${lines.join('\n')} return -1; }`) as (
    ...values: readonly unknown[]
  ) => () => number;
  const check = compile(...owners, ...members.map(({ value }) => value));
  return () => members[check()]?.name;
}

/** Those behind getters are left alone: to look at one may load half of Node. */
const membersOf = (name: string, owner: object): Member[] =>
  Object.entries(Object.getOwnPropertyDescriptors(owner)).flatMap(
    ([key, { value }]: [string, { value?: unknown }]) =>
      typeof value === 'function' && !ours.has(value) ? [{ owner, key, value, name: `${name}.${key}` }] : [],
  );
