/** What a stage may leave behind in `globalThis`, noticed: the next job of a warm worker must find what a fresh one offers. */

/**
 * Names that a numerical library keeps for itself when a stage starts it (`proto`: its protocol buffers); its tensors are counted, and
 * its facts are fixed per worker.
 */
const known = new Set<PropertyKey>([
  ...['_tfengine', '_tfGlobals', 'proto'],
  ...['ar-pipe.backend', 'ar-pipe.tf'].map((name) => Symbol.for(name)),
]);

const lazy = Symbol('lazy');

export type Globals = ReadonlyMap<PropertyKey, readonly [value: unknown, members: number]>;

/** Values of all globals, and for built-in classes how many members their prototypes have. About 20 microseconds. */
export function globals(): Globals {
  const found = new Map<PropertyKey, readonly [unknown, number]>();
  for (const name of Reflect.ownKeys(globalThis)) {
    const property = Reflect.getOwnPropertyDescriptor(globalThis, name);
    // A getter may load half of Node; a global that was only looked at is no change.
    const value: unknown = property && 'value' in property ? property.value : lazy;
    const prototype: unknown = typeof value === 'function' ? value.prototype : undefined;
    found.set(name, [
      value,
      typeof prototype === 'object' && prototype !== null ? Reflect.ownKeys(prototype).length : 0,
    ]);
  }
  return found;
}

/** Name of a global that differs from `before`, or undefined. `allowNew`: additions do not count. */
export function changedGlobal(before: Globals, after: Globals, allowNew: boolean): string | undefined {
  for (const [name, [value, members]] of after) {
    if (known.has(name)) continue;
    const old = before.get(name);
    if (old === undefined ? !allowNew : old[0] !== lazy && (!Object.is(old[0], value) || old[1] !== members))
      return String(name);
  }
  for (const name of before.keys()) if (!after.has(name)) return String(name);
  return undefined;
}
