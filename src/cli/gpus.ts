/** Numbers of the GPUs a run may hand out: those CUDA_VISIBLE_DEVICES names, else those the driver lists. */
import { readdirSync } from 'node:fs';

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
