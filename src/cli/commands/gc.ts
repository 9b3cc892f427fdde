import { keysNeeded } from '../../build/needed.ts';
import { makePlan } from '../../build/plan.ts';
import { prepare } from '../../build/prepare.ts';
import { findProject } from '../../pipeline/project.ts';
import { gcText } from '../../report/gc-text.ts';
import { collect } from '../../store/collect.ts';
import { ageOption, sizeOption } from '../amounts.ts';
import type { Action } from '../action.ts';
import type { CommonOptions } from '../options.ts';
import { print, printJson } from '../output.ts';
import { tidy } from '../tidy/tidy.ts';
import { openWorkshop } from '../workshop.ts';

/** Without a limit only what nothing refers to goes: results of other checkouts may lie in the same store. */
export const gcCommand: Action = async (_args, options, given) => {
  const maxBytes = sizeOption('--max-size', given['maxSize']);
  const maxAgeMs = ageOption('--max-age', given['maxAge']);
  const evicts = maxBytes !== undefined || maxAgeMs !== undefined;
  const dryRun = given['dryRun'] === true;
  const project = findProject(options.directory, options.pipeline);
  const collected = collect(project.store, {
    maxBytes,
    maxAgeMs,
    needed: evicts ? await neededByAllProfiles(options) : new Set(),
    force: given['force'] === true,
    dryRun,
  });
  const done = { ...collected, checkout: tidy(project, { dryRun }) };
  if (options.json) printJson(done);
  else print(gcText(done, { color: options.color }));
  return 0;
};

async function neededByAllProfiles(options: CommonOptions): Promise<ReadonlySet<string>> {
  const needed = new Set<string>();
  const profiles = [...Object.keys((await openWorkshop(options)).loaded.pipeline.profiles ?? {})];
  for (const profile of profiles.length > 0 ? profiles : [undefined]) {
    const workshop = await openWorkshop({ ...options, profile });
    const { steps } = workshop.loaded.graph;
    const plan = makePlan(steps, await prepare(workshop, steps));
    for (const key of keysNeeded(plan, workshop.last)) needed.add(key);
    workshop.flush();
  }
  return needed;
}
