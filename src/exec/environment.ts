/** A job's environment, and the part of it that belongs to a process rather than to a job. Pure. */
import type { Job } from './executor.ts';

type Variables = Readonly<Record<string, string>>;

/**
 * Variables that Node, the C library or a native library read once, when they start: setting them later changes nothing.
 * They are given to a worker at its birth, and only jobs that agree on them share it. All others are set job by job.
 */
const readAtStart =
  /^(?:TZ|LANG|(?:AR_PIPE|CUDA|DNNL|GLIBC|GOMP|KMP|LC|LD|MALLOC|MKL|NODE|NVIDIA|OMP|ONEDNN|OPENBLAS|TF|UV|XLA)_\w+)$/;

export function isReadAtStart(name: string): boolean {
  return readAtStart.test(name);
}

/** Everything the job may see. GPUs it was not given are hidden from it. */
export function environmentOf(job: Pick<Job, 'env' | 'resources'>): Variables {
  const { gpus } = job.resources;
  if (gpus.length > 0) return { ...job.env, CUDA_VISIBLE_DEVICES: gpus.join(',') };
  return { CUDA_VISIBLE_DEVICES: '', ...job.env };
}

/** What a worker for this job must be started with, sorted by name. */
export function startEnvironment(job: Pick<Job, 'env' | 'resources'>): Variables {
  const names = Object.entries(environmentOf(job)).filter(([name]) => isReadAtStart(name));
  return Object.fromEntries(names.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Jobs with the same text can follow each other in one worker. */
export function workerKind(job: Pick<Job, 'env' | 'resources' | 'numerical'>): string {
  return JSON.stringify([job.numerical, startEnvironment(job)]);
}
