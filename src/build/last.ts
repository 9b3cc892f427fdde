/**
 * What each step was last built with in this checkout, for reasons, estimates and `status`; a journal a profile, since a step of
 * the same name is another one there:
 *
 *     <state>/last/<first 32 hex of sha256(profile)>
 *
 * It also knows the step's entry as it was read last, which is believed while the stat of the entry's file is the same: a run
 * in which nothing changed opens none of them. Only a memory: losing it costs explanations, never truth.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PipelineError, toFailure, type Failure } from '../core/failure.ts';
import { sha256, type Recipe } from '../key/recipe.ts';
import type { EntryFacts, OutputRef } from '../store/store.ts';
import { openJournal } from './journal.ts';

export interface LastBuilt {
  readonly key: string;
  readonly recipe: Recipe;
  readonly outputs: Readonly<Record<string, OutputRef>>;
  readonly facts: EntryFacts;
  /** Store.stamp of the entry that says so: while it is the same, outputs and facts are too. */
  readonly stamp?: string | undefined;
}

export interface LastFailed {
  readonly key: string;
  readonly failure: Failure;
  readonly at: string;
  readonly run: string;
}

export interface LastResult {
  readonly step: string;
  readonly built?: LastBuilt | undefined;
  readonly failed?: LastFailed | undefined;
  /** `freeze` keeps the result whatever changes. */
  readonly frozen?: boolean | undefined;
}

export interface LastResults {
  of(step: string): LastResult | undefined;
  /** Throws PipelineError where the disk cannot be written; what is known in this process holds nevertheless. */
  set(result: LastResult): void;
}

const folderOf = (state: string): string => join(state, 'last');
const fileName = /^[0-9a-f]{32}$/;

/** Of all profiles, also of those and of steps that the pipeline has no more. */
export function* allLastResults(state: string): Generator<LastResult> {
  for (const path of journalsIn(state)) {
    const journal = openJournal(path);
    for (const step of journal.names()) {
      const text = journal.get(step)!;
      const result = decode(step, text, () => text);
      if (result) yield result;
    }
  }
}

/** Bytes that reading all of them takes. */
export const sizeOfLastResults = (state: string): number =>
  journalsIn(state).reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);

function journalsIn(state: string): string[] {
  try {
    return readdirSync(folderOf(state)).flatMap((name) =>
      fileName.test(name) && isFile(join(folderOf(state), name)) ? [join(folderOf(state), name)] : [],
    );
  } catch {
    // Nothing was built yet.
    return [];
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

export function openLastResults(state: string, profile: string): LastResults {
  const journal = openJournal(join(folderOf(state), sha256(profile).slice(0, 32)));
  const known = new Map<string, LastResult | undefined>();
  return {
    of(step) {
      if (known.has(step)) return known.get(step);
      const text = journal.get(step);
      const result = text === undefined ? undefined : decode(step, text, () => journal.get(step)!);
      known.set(step, result);
      return result;
    },
    set(result) {
      known.set(result.step, result);
      try {
        journal.add(result.step, encode(result));
      } catch (error) {
        throw unwritable(error);
      }
    },
  };
}

function unwritable(error: unknown): PipelineError {
  const { reason, message, hint } = toFailure(error, 'usage');
  return new PipelineError({
    reason,
    message: `cache/last cannot be written: ${message}`,
    hint: hint ?? 'make it a folder you may write to, or delete it: it holds only what why knows',
  });
}

/** The recipe stands apart, after a tab: it is most of the text, and only a step that changed needs it. */
function encode({ built, failed, frozen }: LastResult): string {
  if (!built) return JSON.stringify({ failed, frozen });
  const { recipe, ...rest } = built;
  return `${JSON.stringify({ built: rest, failed, frozen })}\t${JSON.stringify(recipe)}`;
}

/** `again` gives the text once more: holding on to a hundred thousand of them would cost more memory than all else. */
function decode(step: string, text: string, again: () => string): LastResult | undefined {
  const recipeAt = text.indexOf('\t') + 1;
  try {
    const { built, ...rest } = JSON.parse(recipeAt > 0 ? text.slice(0, recipeAt - 1) : text) as Omit<
      LastResult,
      'step' | 'built'
    > & {
      built?: Omit<LastBuilt, 'recipe'>;
    };
    return {
      step,
      ...rest,
      ...(built && recipeAt > 0 ? { built: withRecipe(built, () => again().slice(recipeAt)) } : {}),
    };
  } catch {
    // Of another version: the step counts as new.
    return undefined;
  }
}

function withRecipe(built: Omit<LastBuilt, 'recipe'>, text: () => string): LastBuilt {
  let recipe: Recipe | undefined;
  return {
    ...built,
    get recipe() {
      return (recipe ??= JSON.parse(text()) as Recipe);
    },
  };
}
