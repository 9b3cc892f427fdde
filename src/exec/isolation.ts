/** The surroundings of one job inside a warm worker: set before it, put back and looked over after it. */
import { changedGlobal, globals } from './globals.ts';
import { isReadAtStart } from './environment.ts';
import { seededRandom } from './random.ts';

export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  /** Becomes the working directory. */
  readonly folder: string;
  /** Fixes `Math.random`. */
  readonly random: string;
}

export interface Isolation {
  /** Tells that the stage's module is loaded: what it added to `globalThis` stays with the worker, as with any library. */
  readonly loaded: () => void;
  /** Puts everything back; says what the job kept or changed, or null where the worker is as good as new. */
  leave(): Promise<string | null>;
}

/** How often the event loop may turn until handles that are being closed must be gone. */
const turns = 5;

export function isolate({ env, folder, random }: Surroundings): Isolation {
  const home = process.cwd();
  const originalRandom = Math.random;
  const handles = process.getActiveResourcesInfo();
  const tensors = liveTensors();
  const seeded = seededRandom(random);
  setEnvironment(env);
  process.chdir(folder);
  const here = process.cwd();
  Math.random = seeded;
  const atEntry = globals();
  let atStart = atEntry;
  let patched: string | undefined;

  return {
    loaded() {
      atStart = globals();
      patched = changedGlobal(atEntry, atStart, true);
    },
    async leave() {
      const moved = process.cwd() !== here;
      process.chdir(home);
      const variable = changedVariable(env);
      const reseeded = Math.random !== seeded;
      Math.random = originalRandom;
      const changed = patched ?? changedGlobal(atStart, globals(), false);
      const grown = liveTensors() - tensors;
      const handle = await leftover(handles);
      if (handle) return `an open ${handle}`;
      if (grown !== 0) return `${grown} tensors`;
      if (variable) return `a changed environment variable ${variable}`;
      if (moved) return 'another working directory';
      if (reseeded) return 'another Math.random';
      return changed === undefined ? null : `a changed global ${changed}`;
    },
  };
}

/** Makes process.env that of the job, but for what the process was started with. */
function setEnvironment(env: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) {
    if (!(name in env) && !isReadAtStart(name)) Reflect.deleteProperty(process.env, name);
  }
  for (const [name, value] of Object.entries(env)) {
    if (!isReadAtStart(name) && process.env[name] !== value) process.env[name] = value;
  }
}

function changedVariable(env: Readonly<Record<string, string>>): string | undefined {
  const names = new Set([...Object.keys(env), ...Object.keys(process.env)]);
  return [...names].find((name) => !isReadAtStart(name) && process.env[name] !== env[name]);
}

/** Tensors that TensorFlow.js holds in this process, if it was loaded at all. */
function liveTensors(): number {
  const engine = (globalThis as { _tfengine?: { state?: { numTensors?: number } } })._tfengine;
  return engine?.state?.numTensors ?? 0;
}

/** Kind of a timer, socket, file operation or child process that `before` did not have, once closing ones had time to go. */
async function leftover(before: readonly string[]): Promise<string | undefined> {
  for (let turn = 0; ; turn++) {
    const rest = [...before];
    const extra = process.getActiveResourcesInfo().find((kind) => {
      const at = rest.indexOf(kind);
      if (at >= 0) rest.splice(at, 1);
      return at < 0;
    });
    if (extra === undefined || turn === turns) return extra;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
