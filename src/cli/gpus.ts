/** The GPUs a run may hand out, and those of one step that runs by itself. */
import { readdirSync } from 'node:fs';
import { amountsOf } from '../build/resources.ts';
import { PipelineError } from '../core/failure.ts';
import type { Step } from '../pipeline/step.ts';
import type { GpuLease } from '../store/store.ts';
import type { Opened } from './workshop.ts';

/** Numbers of the GPUs a run may hand out: those CUDA_VISIBLE_DEVICES names, else those the driver lists. */
export function visibleGpus(
  env: NodeJS.ProcessEnv = process.env,
  driver = '/proc/driver/nvidia/gpus',
): number[] {
  const visible = env['CUDA_VISIBLE_DEVICES'];
  if (visible !== undefined)
    return visible
      .split(',')
      .map(Number)
      .filter((id) => Number.isInteger(id) && id >= 0);
  try {
    return readdirSync(driver).map((_, index) => index);
  } catch {
    return [];
  }
}

/** Throws PipelineError where there are not so many, or another run has them. */
export async function gpusFor(step: Step, { gpuLeases, numerical }: Opened): Promise<GpuLease> {
  const wanted = amountsOf(step, numerical.gpus)['gpus'] ?? 0;
  const visible = visibleGpus();
  if (visible.length < wanted) {
    const message = `step '${step.name}' asks for gpus ${wanted}, but there is only ${visible.length}`;
    throw new PipelineError({ reason: 'usage', message, hint: 'ar-pipe doctor counts the GPUs there are' });
  }
  const lease = await gpuLeases.take(wanted, visible);
  if (!('busy' in lease)) return lease;
  const message = `${step.name} needs a GPU, which ${lease.busy} uses`;
  throw new PipelineError({ reason: 'usage', message, hint: 'try again when that has ended' });
}
