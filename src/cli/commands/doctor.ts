import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { toFailure } from '../../core/failure.ts';
import { findProject } from '../../pipeline/project.ts';
import { doctorText, type Check } from '../../report/doctor-text.ts';
import { BackendUnavailable, chooseBackend } from '../../tf/record.ts';
import { hasTfjs, installTfjs } from '../../tf/packages.ts';
import { probeBackend } from '../../tf/doctor/probe.ts';
import { visibleGpus } from '../gpus.ts';
import type { Action } from '../main.ts';
import type { CommonOptions } from '../options.ts';
import { print, printJson } from '../output.ts';

/** Exit 1 when something is broken; a slower way than possible is only said. */
export const doctorCommand: Action = async (_args, options) => {
  const checks: Check[] = [checkNode(), checkMachine(), ...checkProject(options), ...(await checkBackend())];
  const ok = checks.every(({ state }) => state !== 'broken');
  if (options.json) printJson({ ok, checks });
  else print(doctorText(checks, { color: options.color }));
  return ok ? 0 : 1;
};

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > 20 || (major === 20 && minor >= 16);
  return {
    name: 'node',
    state: good ? 'good' : 'broken',
    value: process.version,
    ...(good ? {} : { hint: 'install Node 20.16 or newer' }),
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

function checkProject(options: CommonOptions): Check[] {
  try {
    const project = findProject(options.directory, options.pipeline);
    const folder = existsSync(project.store) ? project.store : dirname(project.store);
    try {
      accessSync(folder, constants.W_OK);
    } catch {
      return [
        {
          name: 'store',
          state: 'broken',
          value: `${project.store} is not writable`,
          hint: 'set AR_PIPE_CACHE to a folder that is',
        },
      ];
    }
    const { bavail, bsize } = statfsSync(folder);
    const free = (bavail * bsize) / 2 ** 30;
    return [
      {
        name: 'store',
        state: free < 1 ? 'slow' : 'good',
        value: `${project.store}, ${free.toFixed(1)} GiB free`,
        ...(free < 1 ? { hint: 'free some space, or set AR_PIPE_CACHE to a larger disk' } : {}),
      },
    ];
  } catch (error) {
    return [
      { name: 'project', state: 'slow', value: toFailure(error).message, hint: toFailure(error).hint ?? '' },
    ];
  }
}

async function checkBackend(): Promise<Check[]> {
  if (!hasTfjs()) {
    const value = "TensorFlow.js is not installed; only stages that import 'ar-pipe/tf' need it";
    return [{ name: 'backend', state: 'good', value, hint: installTfjs }];
  }
  try {
    const choice = chooseBackend();
    const probe = await probeBackend();
    return [
      {
        name: 'backend',
        state: choice.name === 'tensorflow' ? 'good' : 'slow',
        value: choice.notice,
        ...(choice.name === 'tensorflow' ? {} : { hint: 'ar-pipe setup installs the native library' }),
        facts: { ...probe },
      },
    ];
  } catch (error) {
    const hint = error instanceof BackendUnavailable ? error.hint : 'ar-pipe setup';
    return [{ name: 'backend', state: 'broken', value: toFailure(error).message, hint }];
  }
}
