/**
 * What steps were last built with, noted as they are built or reused, so that the next difference can be explained, and the next run
 * need not read their entries.
 */
import type { Report } from '../core/events.ts';
import { toFailure } from '../core/failure.ts';
import type { Step } from '../pipeline/step.ts';
import type { Entry, Store } from '../store/store.ts';
import type { Description } from './describe.ts';
import type { LastResult, LastResults } from './last.ts';
import type { Outcome } from './outcome.ts';

type Done = Outcome & { readonly entry: Entry };

interface NoteContext {
  readonly last: LastResults;
  readonly store: Store;
}

/** Notes it where it changed. Throws where the disk cannot be written. */
export function note(
  step: Step,
  description: Description,
  outcome: Done,
  { last, store }: NoteContext,
): void {
  const { entry } = outcome;
  const known = last.of(step.name);
  const isKnown = known?.built?.key === description.key && !known.failed;
  if (outcome.kind === 'built' || !isKnown || (known.built.facts !== entry.facts && isOwn(entry, step)))
    last.set(noted(step, description, entry, store, known));
}

/** The same for a run, which says once where it cannot be noted: the result itself is safe, only the next `why` knows less. */
export function remember(
  step: Step,
  description: Description,
  outcome: Done,
  context: NoteContext & { readonly report: Report },
): Outcome {
  try {
    note(step, description, outcome, context);
  } catch (error) {
    const message = `what steps were built with cannot be noted, so why will know less: ${toFailure(error).message}`;
    if (!said.has(context.last)) context.report({ event: 'notice', level: 'warn', message });
    said.add(context.last);
  }
  return outcome;
}

const said = new WeakSet<LastResults>();

/** What to remember of a step that has this entry now, and was known as `before`. */
export function noted(
  step: Step,
  { key, recipe }: Omit<Description, 'inputs'>,
  entry: Entry,
  store: Store,
  before: LastResult | undefined,
): LastResult {
  const { outputs, facts } = entry;
  const stamp = entry.key === key && isOwn(entry, step) ? store.stamp(key) : undefined;
  return { step: step.name, built: { key, recipe, outputs, facts, stamp }, frozen: before?.frozen };
}

/** Steps that do equal work share an entry, which names the first of them. */
const isOwn = (entry: Entry, step: Step): boolean => entry.step === step.name;
