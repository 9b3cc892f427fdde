import { createReadStream } from 'node:fs';
import { relative } from 'node:path';
import { pipeline as pipeStreams } from 'node:stream/promises';
import { selectOne } from '../../pipeline/select.ts';
import type { Action } from '../action.ts';
import { print, printJson, say } from '../output.ts';
import { lastLog } from '../logs.ts';
import { openWorkshop } from '../workshop.ts';

export const logCommand: Action = async ([name], options, given) => {
  const { loaded, project } = await openWorkshop(options);
  const step = selectOne(loaded.graph, name!);
  const path = lastLog(project.state, step.name);
  const shown = path === undefined ? null : relative(project.folder, path);
  if (options.json) printJson({ step: step.name, log: shown });
  else if (path === undefined) say(`${step.name} has written no log here`);
  else if (given['path'] === true) print(shown!);
  else await pipeStreams(createReadStream(path), process.stdout, { end: false });
  return 0;
};
