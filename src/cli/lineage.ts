/** `show --provenance`: of a step or target, a file, or a digest. */
import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { lineageOfDigest, lineageOfSteps, type Known, type Lineage } from '../build/lineage.ts';
import { makePlan } from '../build/plan.ts';
import { prepare } from '../build/prepare.ts';
import { select } from '../pipeline/select.ts';
import type { Step } from '../pipeline/step.ts';
import type { CommonOptions } from './options.ts';
import { openWorkshop, type Opened } from './workshop.ts';

const digestStart = /^[0-9a-f]{8,64}$/;

/** Of the present results, and of the last ones where a step is not fresh. */
export async function lineageOf(
  subject: string,
  options: CommonOptions,
): Promise<{ workshop: Opened; lineage: Lineage }> {
  const workshop = await openWorkshop(options);
  const { graph } = workshop.loaded;
  const plan = makePlan(graph.steps, await prepare(workshop, graph.steps));
  const knownOf = (step: Step): Known | undefined => {
    const verdict = plan.get(step)!;
    return verdict.state === 'fresh' ? verdict.entry : workshop.last.of(step.name)?.built;
  };
  const isName = graph.targets.has(subject) || graph.byName.has(subject);
  const path = [resolve(subject), resolve(workshop.project.folder, subject)].find((each) => existsSync(each));
  const digest = digestStart.test(subject) ? subject : undefined;
  const lineage =
    isName || (path === undefined && digest === undefined)
      ? lineageOfSteps(select(graph, [subject]).steps, graph, knownOf)
      : lineageOfDigest(
          path === undefined ? digest! : (await workshop.digests.digest(path)).digest,
          graph,
          knownOf,
        );
  return { workshop, lineage };
}

/** As people know it: a path relative to the project. */
export const subjectText = (subject: string, { project }: Opened): string =>
  existsSync(resolve(subject)) ? relative(project.folder, resolve(subject)) || '.' : subject;
