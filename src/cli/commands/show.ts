import { relative } from 'node:path';
import { selectOne } from '../../pipeline/select.ts';
import type { Step } from '../../pipeline/step.ts';
import { lineageText } from '../../report/lineage-text.ts';
import { showText } from '../../report/show-text.ts';
import type { Action } from '../action.ts';
import { print, printJson } from '../output.ts';
import { createEstimator } from '../../build/estimate.ts';
import { stepStatus } from '../documents.ts';
import { linkable } from '../links.ts';
import { lineageOf, subjectText } from '../lineage.ts';
import { lastLog } from '../logs.ts';
import type { CommonOptions } from '../options.ts';
import { judgeStep } from '../result.ts';
import { openWorkshop } from '../workshop.ts';

export const showCommand: Action = async ([name], options, given) => {
  if (given['provenance'] === true) return showProvenance(name!, options);
  const workshop = await openWorkshop(options);
  const { loaded, last, project } = workshop;
  const step = selectOne(loaded.graph, name!);
  if (given['schema'] === true) {
    printJson(await paramsSchema(step));
    return 0;
  }
  const { verdict, entry } = await judgeStep(workshop, step);
  const log = lastLog(project.state, step.name);
  const document = {
    ...stepStatus(step, verdict, last, createEstimator(loaded.graph.steps, last)),
    stage: loaded.stageFile(step) ?? null,
    declaredAt: loaded.declaredAt(step) ?? null,
    params: step.params,
    cell: step.cell,
    needs: step.upstream.map((need) => need.name),
    recipe: verdict.state === 'pending' ? (entry?.recipe ?? null) : (verdict.description?.recipe ?? null),
    outputs: entry?.outputs ?? null,
    facts: entry?.facts ?? null,
    log: log === undefined ? null : relative(project.folder, log),
  };
  if (options.json) printJson(document);
  else
    print(
      showText(document, {
        color: options.color,
        folder: linkable(project.folder, process.stdout, options.color),
      }),
    );
  workshop.flush();
  return 0;
};

/** JSON schema of what may be given as the step's parameters; what JSON cannot tell (a refinement) is left open. */
async function paramsSchema({ stage }: Step): Promise<object> {
  if (!stage.params) return { type: 'object', properties: {}, additionalProperties: false };
  const { toJSONSchema } = await import('zod');
  return toJSONSchema(stage.params, { io: 'input', unrepresentable: 'any' });
}

async function showProvenance(subject: string, options: CommonOptions): Promise<number> {
  const { workshop, lineage } = await lineageOf(subject, options);
  const document = { subject: subjectText(subject, workshop), ...lineage };
  if (options.json) printJson(document);
  else print(lineageText(document, { color: options.color }));
  workshop.flush();
  return 0;
}
