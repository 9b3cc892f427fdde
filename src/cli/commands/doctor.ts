import { existsSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { toFailure } from '../../core/failure.ts';
import { findProject } from '../../pipeline/project.ts';
import { doctorText, type Check } from '../../report/doctor-text.ts';
import { checkBackend } from '../checks/backend.ts';
import { checkClock } from '../checks/clock.ts';
import { checkDisk } from '../checks/disk.ts';
import { checkHealth } from '../checks/health.ts';
import { checkWatches } from '../checks/watches.ts';
import { visibleGpus } from '../gpus.ts';
import type { Action } from '../action.ts';
import type { CommonOptions } from '../options.ts';
import { print, printJson } from '../output.ts';

/** Exit 1 when something is broken; a slower way than possible is only said. */
export const doctorCommand: Action = async (_args, options) => {
  const checks: Check[] = [
    checkNode(),
    checkMachine(),
    ...(await checkProject(options)),
    await checkBackend(),
  ];
  const ok = checks.every(({ state }) => state !== 'broken');
  if (options.json) printJson({ ok, checks });
  else print(doctorText(checks, { color: options.color }));
  return ok ? 0 : 1;
};

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > 20 || (major === 20 && minor >= 19);
  return {
    name: 'node',
    state: good ? 'good' : 'broken',
    value: process.version,
    ...(good ? {} : { hint: 'install Node 20.19 or newer' }),
  };
}

function checkMachine(): Check {
  const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const gpus = visibleGpus().length;
  return {
    name: 'machine',
    state: 'good',
    value: `${availableParallelism()} cores, ${gib(freemem())} of ${gib(totalmem())} memory free, ${gpus === 0 ? 'no GPU' : `${gpus} GPUs`}`,
  };
}

/** Beside a pipeline: where its results lie. Elsewhere: that there is none. */
async function checkProject(options: CommonOptions): Promise<Check[]> {
  try {
    const project = findProject(options.directory, options.pipeline);
    const folder = existing(project.store);
    const disk = checkDisk(project.store, folder);
    if (disk.state === 'broken') return [disk];
    return [
      disk,
      checkHealth(project.store, join(project.state, 'sizes')),
      await checkWatches(folder),
      checkClock(folder, [join(project.folder, project.pipelineFile)]),
    ];
  } catch (error) {
    const { message, hint = '' } = toFailure(error);
    return [{ name: 'project', state: 'slow', value: message, hint }];
  }
}

/** The folder, or the nearest one above that is there. */
function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder));
}
