import { join, relative, resolve } from 'node:path';
import { makePlan } from '../../build/plan.ts';
import { prepare } from '../../build/prepare.ts';
import { PipelineError } from '../../core/failure.ts';
import { closure } from '../../pipeline/graph.ts';
import { selectOne } from '../../pipeline/select.ts';
import type { Action } from '../main.ts';
import { print, printJson, say } from '../output.ts';
import { openWorkshop } from '../workshop.ts';

export const getCommand: Action = async ([name], options, given) => {
  const workshop = await openWorkshop(options);
  const { loaded, last, store } = workshop;
  const step = selectOne(loaded.graph, name!);
  const steps = closure([step]);
  const verdict = makePlan(steps, await prepare(workshop, steps)).get(step)!;
  const built = last.of(step.name)?.built;
  const entry = verdict.state === 'fresh' ? verdict.entry : built && store.find(built.key);
  if (!entry) {
    throw new PipelineError({
      reason: 'usage',
      message: `${step.name} has no result yet`,
      hint: `ar-pipe run ${step.name}`,
    });
  }
  const folder = resolve(typeof given['output'] === 'string' ? given['output'] : '.');
  for (const [output, ref] of Object.entries(entry.outputs)) {
    const { missing } = await workshop.exportOutput(ref, (file) => store.object(file), join(folder, output));
    if (missing.length > 0) {
      throw new PipelineError({
        reason: 'object-corrupt',
        message: `the bytes of ${output} are no longer in the store`,
        hint: `ar-pipe run ${step.name} makes them again`,
      });
    }
  }
  if (verdict.state !== 'fresh')
    say(`${step.name} is ${verdict.state}: this is its last result, of ${entry.facts.startedAt}`);
  const files = Object.keys(entry.outputs).map((output) => join(relative(process.cwd(), folder), output));
  if (options.json) printJson({ step: step.name, key: entry.key, state: verdict.state, files });
  else print(files.join('\n'));
  workshop.flush();
  return 0;
};
