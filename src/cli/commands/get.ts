import { join, relative, resolve } from 'node:path';
import { PipelineError } from '../../core/failure.ts';
import type { Action } from '../action.ts';
import { makeFolder } from '../make-folder.ts';
import { print, printJson, say } from '../output.ts';
import { lookUpResult } from '../result.ts';

export const getCommand: Action = async ([name], options, given) => {
  const { step, verdict, entry, fresh, store, exportOutput, flush } = await lookUpResult(name!, options);
  const folder = resolve(typeof given['output'] === 'string' ? given['output'] : '.');
  makeFolder(folder);
  for (const [output, ref] of Object.entries(entry.outputs)) {
    const { missing } = await exportOutput(ref, (file) => store.object(file), join(folder, output));
    if (missing.length > 0) {
      throw new PipelineError({
        reason: 'object-corrupt',
        message: `the bytes of ${output} are no longer in the store`,
        hint: `ar-pipe run ${step.name} makes them again`,
      });
    }
  }
  if (!fresh) say(`${step.name} is ${verdict.state}: this is its last result, of ${entry.facts.startedAt}`);
  const files = Object.keys(entry.outputs).map((output) => join(relative(process.cwd(), folder), output));
  if (options.json) printJson({ step: step.name, key: entry.key, state: verdict.state, files });
  else print(files.join('\n'));
  flush();
  return 0;
};
