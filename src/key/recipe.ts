/** A recipe is everything a step's result depends on; its key is the digest of the recipe's canonical JSON. */
import { hash } from 'node:crypto';
import { canonical, type Json } from '../core/json.ts';

/** One file (or folder) a step reads: its name as the step sees it and the digest of its content, never where it came from. */
export interface RecipeInput {
  readonly name: string;
  readonly digest: string;
  /** Which cell of a grid it belongs to, for needs declared with `many`. */
  readonly cell?: Readonly<Record<string, Json>> | undefined;
}

export interface Recipe {
  /** Digest of the code that runs: the stage's bundle and its external packages, or a command's text and files. */
  readonly code: string;
  readonly params: Json;
  readonly inputs: Readonly<Record<string, RecipeInput | readonly RecipeInput[]>>;
  /** Declared outputs, sorted: `name`, `dir:name` or `metrics:name`. */
  readonly outputs: readonly string[];
  readonly seed?: number | undefined;
  readonly env: Readonly<Record<string, string>>;
}

const format = 'ar-pipe/recipe/1';

export function sha256(text: string | Uint8Array): string {
  return hash('sha256', text);
}

export function keyOf(recipe: Recipe): string {
  return sha256(canonical([format, recipe]));
}

/** What of `env` says which machine computed: the backend. The rest was declared, and is as much an input as a file. */
const isOfMachine = (name: string): boolean => name === 'backend' || name.startsWith('backend.');

/** Key of the recipe whatever machine computed it, or null where its key is the same on every machine. */
export function envlessKeyOf(recipe: Recipe): string | null {
  const declared = Object.entries(recipe.env).filter(([name]) => !isOfMachine(name));
  if (declared.length === Object.keys(recipe.env).length) return null;
  return sha256(canonical([`${format}/any-env`, { ...recipe, env: Object.fromEntries(declared) }]));
}
