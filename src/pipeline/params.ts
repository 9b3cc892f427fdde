/** A step's parameters: what was declared, changed by `--set`, parsed by the stage's schema, in canonical form. */
import type * as z from 'zod';
import { canonical, NotCanonical, type Json } from '../core/json.ts';
import type { FailureReason } from '../core/failure.ts';
import { loading } from './loading.ts';

/** Refuses a step: throws a PipelineError that names it and points to its declaration. */
export type Refuse = (reason: FailureReason, message: string, hint?: string) => never;

/** Parses `given` twice, since a schema that draws or dates its defaults would give each run another key. */
export function stepParams(
  step: string,
  stage: { readonly params?: z.ZodType },
  given: unknown,
  refuse: Refuse,
): Json {
  const asked = overridden(step, given);
  const { params: schema } = stage;
  if (!schema) {
    const names = typeof asked === 'object' && asked !== null ? Object.keys(asked) : [];
    if (names.length > 0)
      refuse('invalid-params', `the stage takes no parameters, but was given ${names.join(', ')}`);
    return {};
  }
  const file = loading().stageFiles.get(stage);
  const seeSchema = `see the params schema ${file === undefined ? 'of the stage' : `in ${file}`}`;
  const parse = (): string => {
    const parsed = schema.safeParse(asked);
    if (!parsed.success) {
      const issues = parsed.error.issues.map(
        ({ path, message }) => `${path.map(String).join('.') || 'params'}: ${message}`,
      );
      refuse('invalid-params', issues.join('; '), seeSchema);
    }
    try {
      return canonical(parsed.data);
    } catch (error) {
      if (error instanceof NotCanonical)
        refuse('invalid-params', error.message, 'parameters must be plain JSON after parsing');
      throw error;
    }
  };
  const once = parse();
  const [stranger] = strangers(schema, asked);
  if (stranger)
    refuse(
      'invalid-params',
      `the stage has no parameter '${stranger.path}'`,
      `it has: ${stranger.known.join(', ')}`,
    );
  if (parse() !== once)
    refuse(
      'invalid-params',
      'the params schema gives a different result each time it parses',
      'remove random or time-dependent defaults',
    );
  return JSON.parse(once) as Json;
}

/** The parameters with `--set STEP.param=value` applied; values are JSON where they parse as such, else text. */
function overridden(step: string, params: unknown): unknown {
  const { overrides, used } = loading();
  let result = params;
  for (const text of overrides) {
    const parts =
      text.startsWith(`${step}.`) && /^([A-Za-z_][\w.]*)=(.*)$/s.exec(text.slice(step.length + 1));
    if (!parts) continue;
    result = withValue(result, parts[1]!.split('.'), parseValue(parts[2]!));
    used.add(text);
  }
  return result;
}

function withValue(target: unknown, [first, ...rest]: readonly string[], value: unknown): unknown {
  if (first === undefined) return value;
  const object = (typeof target === 'object' && target !== null ? target : {}) as Record<string, unknown>;
  return { ...object, [first]: withValue(object[first], rest, value) };
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** As much of a zod schema as is looked at; by structure, since a project may have a copy of zod of its own. */
interface Schema {
  readonly def?: {
    readonly type?: string;
    readonly innerType?: Schema;
    readonly in?: Schema;
    readonly catchall?: unknown;
  };
  readonly shape?: Readonly<Record<string, Schema>>;
}

/** Given values that no schema reads. Zod drops them in silence, so that a misspelt name would mean its default. */
function strangers(
  schema: Schema,
  given: unknown,
  under = '',
): { readonly path: string; readonly known: readonly string[] }[] {
  const inner = schema.def?.innerType ?? schema.def?.in;
  if (inner) return strangers(inner, given, under);
  const { shape } = schema;
  if (!shape || schema.def?.catchall !== undefined || typeof given !== 'object' || given === null) return [];
  return Object.entries(given).flatMap(([name, value]) => {
    const member = shape[name];
    if (member) return strangers(member, value, `${under}${name}.`);
    return value === undefined ? [] : [{ path: `${under}${name}`, known: Object.keys(shape) }];
  });
}
