/** Copies the files of every target that was asked for to where users look. */
import { errnoText } from '../core/errno.ts';
import { toFailure, type Failure } from '../core/failure.ts';
import type { Step } from '../pipeline/step.ts';
import { entryOf, publish, type PublishContext, type Published } from './artifacts.ts';
import type { Store } from '../store/store.ts';
import type { BuildContext } from './build.ts';
import type { Outcome } from './outcome.ts';
import type { Workshop } from './prepare.ts';
import { lineages } from './provenance.ts';

/** A target that is not complete keeps what it had. Those that cannot be written are added to `failures`. */
export async function publishTargets(
  workshop: Workshop,
  selected: readonly string[],
  steps: readonly Step[],
  done: ReadonlyMap<Step, Outcome>,
  context: BuildContext,
  failures: { step: string; failure: Failure }[],
): Promise<Published[]> {
  const { targets } = workshop.loaded.graph;
  const scratch = createScratch(workshop.store);
  const tools: PublishContext = {
    workshop,
    done,
    context,
    scratch: scratch.folder,
    lineages: lineages(steps, (step) => entryOf(done, step)),
    single: new Set([...targets.values()].flatMap((members) => (members.length === 1 ? members : []))),
  };
  const published: Published[] = [];
  for (const [target, members] of publishedTargets(targets, selected)) {
    try {
      const result = await publish(target, members, tools);
      if (result) published.push(result);
    } catch (error) {
      const why = errnoText(error);
      const failure = toFailure(error);
      failures.push({ step: target, failure });
      const message =
        why === undefined
          ? `artifacts of ${target}: ${failure.message}`
          : `the artifacts of ${target} cannot be written (${why}); ar-pipe get copies them elsewhere`;
      context.report({ event: 'notice', level: 'warn', message });
    }
  }
  scratch.remove();
  return published;
}

function createScratch(store: Store): {
  readonly folder: () => string | undefined;
  readonly remove: () => void;
} {
  let made: { readonly folder: string | undefined } | undefined;
  const make = (): string | undefined => {
    try {
      return store.jobFolder();
    } catch {
      // A store that cannot be written: copies are put together beside their place.
      return undefined;
    }
  };
  return {
    folder: () => (made ??= { folder: make() }).folder,
    remove() {
      if (made?.folder !== undefined) store.discardJob(made.folder);
    },
  };
}

/** What was asked for, and the targets gathered in it: `all` puts every figure into its own folder. */
function publishedTargets(
  targets: ReadonlyMap<string, readonly Step[]>,
  selected: readonly string[],
): [string, readonly Step[]][] {
  const named = new Set(selected);
  const members = new Set(selected.flatMap((target) => targets.get(target)!));
  return [...targets].filter(
    ([target, steps]) => named.has(target) || (steps.length === 1 && members.has(steps[0]!)),
  );
}
