/** A selection with its plan, for commands that change what the store and this checkout remember of steps. */
import { makePlan, type Plan } from '../build/plan.ts';
import { prepare, type Prepared } from '../build/prepare.ts';
import { closure } from '../pipeline/graph.ts';
import { select } from '../pipeline/select.ts';
import type { Step } from '../pipeline/step.ts';
import type { CommonOptions } from './options.ts';
import { selectionOf } from './selection.ts';
import { openWorkshop, type Opened } from './workshop.ts';

export interface PlannedSelection {
  readonly workshop: Opened;
  /** What was named. */
  readonly selected: readonly Step[];
  /** That and all it needs, in graph order. */
  readonly steps: readonly Step[];
  readonly prepared: Prepared;
  readonly plan: Plan;
}

/** Where nothing is named, nothing is selected. */
export async function planSelection(
  options: CommonOptions,
  selectors: readonly string[],
): Promise<PlannedSelection> {
  const workshop = await openWorkshop(options);
  return planned(workshop, select(workshop.loaded.graph, selectors).steps);
}

/** Where nothing is named: what `run` would take. */
export async function planDefault(
  options: CommonOptions,
  selectors: readonly string[],
): Promise<PlannedSelection> {
  const workshop = await openWorkshop(options);
  return planned(workshop, selectionOf(workshop.loaded, selectors).steps);
}

async function planned(workshop: Opened, selected: readonly Step[]): Promise<PlannedSelection> {
  const steps = closure(selected);
  const prepared = await prepare(workshop, steps);
  return { workshop, selected, steps, prepared, plan: makePlan(steps, prepared) };
}
