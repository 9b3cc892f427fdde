/** Steps in worker processes of this machine. */
import { fileURLToPath } from 'node:url';
import type { Report } from '../core/events.ts';
import type { Executor } from '../exec/executor.ts';

export interface LocalExecutorOptions {
  /** A command that workers run under, such as a tracer. */
  readonly under?: readonly string[];
  /** Called before the first job. */
  readonly onWork?: () => void;
}

/** Loaded with the first job: a run in which nothing changed needs none of it. */
export function localExecutor(
  jobs: number,
  report: Report,
  { under = [], onWork }: LocalExecutorOptions = {},
): Executor {
  let pool: Promise<Executor> | undefined;
  const load = async (): Promise<Executor> => {
    onWork?.();
    const { createPool } = await import('../exec/pool.ts');
    const workerPath = fileURLToPath(new URL(/* built beside this file */ './worker.js', import.meta.url));
    return createPool({ workerPath, maxWorkers: jobs, report, under });
  };
  return {
    run: async (job, hooks) => (await (pool ??= load())).run(job, hooks),
    close: async () => (await pool)?.close(),
  };
}
