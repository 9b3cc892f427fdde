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

/** The same before it is known where it sits: `path` grows on the way out, so that good values pay nothing for it. */
class Refused extends Error {
  path = '';
}

/**
 * Canonical JSON: keys sorted by code unit, no spaces, keys whose value is undefined left out.
 * Refuses what JSON would silently change: NaN, infinities, -0, BigInt, functions, symbols, class instances
 * (Date, Map, typed arrays ...) and undefined or holes in arrays.
 */
export function canonical(value: unknown): string {
  try {
    return write(value);
  } catch (error) {
    if (error instanceof Refused) throw new NotCanonical(error.path.replace(/^\./, ''), error.message);
    throw error;
  }
}

function write(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isFinite(value)) throw new Refused(`is ${value}, which JSON cannot hold`);
      if (Object.is(value, -0)) throw new Refused('is -0, which JSON turns into 0');
      return String(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value)
        ? writeArray(value)
        : writeObject(value as Readonly<Record<string, unknown>>);
    default:
      throw new Refused(`is of type ${typeof value}, which JSON cannot hold`);
  }
}

function writeArray(value: readonly unknown[]): string {
  let text = '[';
  for (let i = 0; i < value.length; i++) {
    if (i > 0) text += ',';
    text += member(value[i], i);
  }
  return `${text}]`;
}

function writeObject(value: Readonly<Record<string, unknown>>): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new Refused(`is a ${value.constructor.name || 'class instance'}, not plain data`);
  }
  let text = '{';
  for (const key of Object.keys(value).sort()) {
    const item = value[key];
    if (item === undefined) continue;
    if (text.length > 1) text += ',';
    text += `${JSON.stringify(key)}:${member(item, key)}`;
  }
  return `${text}}`;
}

function member(value: unknown, place: string | number): string {
  try {
    return write(value);
  } catch (error) {
    if (error instanceof Refused)
      error.path = (typeof place === 'number' ? `[${place}]` : `.${place}`) + error.path;
    throw error;
  }
}
