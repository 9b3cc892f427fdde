/**
 * What each step was last built with in this checkout, for reasons, estimates and `status`. One small file a step and
 * profile, since a step of the same name is another one there:
 *
 *     <state>/last/<first 32 hex of sha256("profile step")>.json
 *
 * Only a memory: losing it costs explanations, never truth.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { sha256, type Recipe } from '../key/recipe.ts';
import type { OutputRef } from '../store/store.ts';

export interface LastBuilt {
  readonly key: string;
  readonly recipe: Recipe;
  readonly outputs: Readonly<Record<string, OutputRef>>;
  /** ISO 8601. */
  readonly at: string;
  /** Duration of the build in milliseconds. */
  readonly ms: number;
  readonly run: string;
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
  set(result: LastResult): void;
}

export function openLastResults(state: string, profile: string): LastResults {
  const folder = join(state, 'last');
  const known = new Map<string, LastResult | undefined>();
  let made = false;
  const path = (step: string): string => join(folder, `${sha256(`${profile} ${step}`).slice(0, 32)}.json`);
  return {
    of(step) {
      if (!known.has(step)) known.set(step, read(path(step), step));
      return known.get(step);
    },
    set(result) {
      known.set(result.step, result);
      if (!made) mkdirSync(folder, { recursive: true });
      made = true;
      const temporary = `${path(result.step)}.${process.pid}.tmp`;
      writeFileSync(temporary, JSON.stringify(result));
      renameSync(temporary, path(result.step));
    },
  };
}

function read(path: string, step: string): LastResult | undefined {
  try {
    const result = JSON.parse(readFileSync(path, 'utf8')) as LastResult;
    return result.step === step ? result : undefined;
  } catch {
    // Absent or damaged: the step counts as new.
    return undefined;
  }
}
