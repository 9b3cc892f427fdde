/** The surroundings of one stage after the other inside a warm worker: set before each, put back and looked over after it. */
import { watchBuiltins, type BuiltinCheck } from './builtins.ts';
import { isReadAtStart } from './environment.ts';
import { changedGlobal, globals, type Globals } from './globals.ts';
import { seededRandom } from './random.ts';

export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  /** Becomes the working directory. */
  readonly folder: string;
  /** Fixes `Math.random`. */
  readonly random: string;
}

/** How often the event loop may turn until handles that are being closed must be gone. */
const turns = 5;

export class Isolation {
  private readonly home = process.cwd();
  private readonly random = Math.random;
  /** Globals a stage finds: those of Node and what loaded libraries added. */
  private globals: Globals = globals();
  private readonly modules = new Set<string>();
  private patched: string | undefined;
  private changedBuiltin: BuiltinCheck | undefined;

  /** Sets the surroundings; the function it gives puts them back and says what was left or changed, or null. */
  enter({ env, folder, random }: Surroundings): () => Promise<string | null> {
    // Only now: the worker itself puts some in the place of Node's.
    const changedBuiltin = (this.changedBuiltin ??= watchBuiltins());
    const handles = process.getActiveResourcesInfo();
    const tensors = liveTensors();
    const seeded = seededRandom(random);
    setEnvironment(env);
    process.chdir(folder);
    const here = process.cwd();
    Math.random = seeded;
    return async () => {
      const moved = process.cwd() !== here;
      process.chdir(this.home);
      const reseeded = Math.random !== seeded;
      Math.random = this.random;
      const variable = changedVariable(env);
      const changed = this.patched ?? changedGlobal(this.globals, globals(), false) ?? changedBuiltin();
      const grown = liveTensors() - tensors;
      const handle = await leftover(handles);
      if (handle) return `an open ${handle}`;
      if (grown !== 0) return `${grown} tensors`;
      if (variable) return `a changed environment variable ${variable}`;
      if (moved) return 'another working directory';
      if (reseeded) return 'another Math.random';
      return changed === undefined ? null : `a changed global ${changed}`;
    };
  }

  /** Tells that a module was imported: what it added to `globalThis` stays with the worker, as with any library. */
  loaded(module: string): void {
    if (this.modules.has(module)) return;
    this.modules.add(module);
    const now = globals();
    this.patched ??= changedGlobal(this.globals, now, true);
    this.globals = now;
  }
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
