/** An entry from elsewhere, looked over before anything is done with it: trusted people have broken tools too. Pure. */
import * as z from 'zod';
import type { Json } from '../core/json.ts';
import { isSafePath } from '../core/output.ts';
import { manifestRef } from '../key/manifest.ts';
import { envlessKeyOf, keyOf } from '../key/recipe.ts';
import { parseEntry } from '../store/entry-text.ts';
import type { Entry, OutputRef } from '../store/store.ts';

const mostFiles = 1_000_000;

const path = z.string().refine(isSafePath);
const ref = { digest: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().nonnegative() };
const output = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), ...ref }),
  z.object({ kind: z.literal('dir'), ...ref, files: z.record(path, z.object(ref)) }),
]);
const shape = z.object({
  key: z.string(),
  step: z.string(),
  recipe: z.custom<Entry['recipe']>((value) => typeof value === 'object' && value !== null),
  outputs: z.record(path, output),
  facts: z.object({
    run: z.string(),
    startedAt: z.string(),
    ms: z.number(),
    host: z.string(),
    profile: z.string(),
    metrics: z.record(z.string(), z.number()).exactOptional(),
    backend: z.custom<Json>().exactOptional(),
    accepted: z.array(z.custom<Json>()).exactOptional(),
  }),
});

/** The entry in a line, or why it is none for this key of a recipe, or of a recipe without the machine's environment. */
export function foreignEntry(line: string, key: string): Entry | string {
  const found = parseEntry(`${line}\n`);
  if (!found) return 'is incomplete';
  const parsed = shape.safeParse(found);
  if (!parsed.success) return `is no entry (${parsed.error.issues[0]?.path.join('.') ?? ''})`;
  const entry: Entry = parsed.data;
  const [own, envless] = keysIn(entry);
  if (entry.key !== own || (key !== own && key !== envless)) return 'belongs to another key';
  if (!hasDeclaredOutputs(entry)) return 'has other outputs than its recipe';
  return Object.values(entry.outputs).every(isWhole)
    ? entry
    : 'has a folder that is not what its digest says';
}

function keysIn({ recipe }: Entry): readonly (string | null)[] {
  try {
    return [keyOf(recipe), envlessKeyOf(recipe)];
  } catch {
    return [];
  }
}

function hasDeclaredOutputs({ recipe, outputs }: Entry): boolean {
  const declared = recipe.outputs.map((text) => text.replace(/^metrics:/, ''));
  const found = Object.entries(outputs).map(([name, { kind }]) => (kind === 'dir' ? `dir:${name}` : name));
  return declared.sort().join('\n') === found.sort().join('\n');
}

function isWhole(output: OutputRef): boolean {
  if (output.kind === 'file') return true;
  if (Object.keys(output.files).length > mostFiles) return false;
  const { digest, bytes } = manifestRef(output.files);
  return digest === output.digest && bytes === output.bytes;
}
