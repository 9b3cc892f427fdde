/** JSON values, and the one canonical text of each: what is hashed is this text. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Thrown by `canonical` for a value that has no faithful JSON form. `path` says where it sits, as in `a.b[2]`. */
export class NotCanonical extends Error {
  constructor(
    readonly path: string,
    readonly why: string,
  ) {
    super(`${path || 'the value'} ${why}`);
  }
}

/**
 * Canonical JSON: keys sorted by code unit, no spaces, keys whose value is undefined left out.
 * Refuses what JSON would silently change: NaN, infinities, -0, BigInt, functions, symbols, class instances
 * (Date, Map, typed arrays ...) and undefined or holes in arrays.
 */
export function canonical(value: unknown): string {
  return write(value, '');
}

function write(value: unknown, path: string): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw new NotCanonical(path, `is ${value}, which JSON cannot hold`);
      if (Object.is(value, -0)) throw new NotCanonical(path, 'is -0, which JSON turns into 0');
      return JSON.stringify(value);
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return writeArray(value, path);
      return writeObject(value, path);
    default:
      throw new NotCanonical(path, `is of type ${typeof value}, which JSON cannot hold`);
  }
}

function writeArray(value: readonly unknown[], path: string): string {
  const parts: string[] = [];
  for (let i = 0; i < value.length; i++) parts.push(write(value[i], `${path}[${i}]`));
  return `[${parts.join(',')}]`;
}

function writeObject(value: object, path: string): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new NotCanonical(path, `is a ${value.constructor.name || 'class instance'}, not plain data`);
  }
  const parts: string[] = [];
  for (const [key, item] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (item === undefined) continue;
    parts.push(`${JSON.stringify(key)}:${write(item, path ? `${path}.${key}` : key)}`);
  }
  return `{${parts.join(',')}}`;
}
